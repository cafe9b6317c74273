use std::time::{Duration, Instant};

use kling_sim::{SimError, SimOptions, Simulator};
use tokio::net::TcpStream;

use crate::client::{TEXT2VIDEO, get, http, sim};

fn port(sim: &Simulator) -> u16 {
    sim.url().rsplit_once(':').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn a_stopped_simulator_frees_its_port() {
    let first = sim().await;
    get(&first, TEXT2VIDEO).await.data();
    let port = port(&first);
    first.stop().await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    let second = Simulator::start(SimOptions { port, ..SimOptions::default() }).await.unwrap();
    assert_eq!(second.url(), format!("http://127.0.0.1:{port}"));
}

#[tokio::test]
async fn stopping_does_not_wait_for_idle_connections() {
    let sim = sim().await;
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    drop(http());
    let client = client.build().unwrap();
    client.get(sim.url()).send().await.unwrap().bytes().await.unwrap();
    let port = port(&sim);
    let asked = Instant::now();
    sim.stop().await;
    assert!(asked.elapsed() < Duration::from_secs(1), "an idle connection is closed, not waited for");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn a_dropped_simulator_stops() {
    let sim = sim().await;
    let port = port(&sim);
    drop(sim);
    // The server ends at its next turn.
    while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let sim = sim().await;
    let port = port(&sim);
    let error = Simulator::start(SimOptions { port, ..SimOptions::default() }).await.unwrap_err();
    assert!(matches!(error, SimError::PortInUse { port: named } if named == port), "{error}");
}

#[tokio::test]
async fn a_senseless_speed_is_refused() {
    for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Simulator::start(SimOptions { speed, ..SimOptions::default() }).await.unwrap_err();
        assert!(matches!(error, SimError::Speed { .. }), "{error}");
    }
}
