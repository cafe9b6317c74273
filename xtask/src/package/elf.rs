//! As much of an ELF file as tells whether it is static.

use anyhow::{Context, Result, ensure};

/// The type of the program header that names the dynamic loader.
const PT_INTERP: u32 = 3;

/// What a program needs to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    /// The kind of machine (`e_machine`).
    pub machine: u16,
    /// The dynamic loader; a static program has none.
    pub loader: Option<String>,
}

/// Reads a 64-bit little-endian ELF file: both of Dify's architectures are.
///
/// # Errors
/// When it is another file, or ends before it should.
pub fn read(bytes: &[u8]) -> Result<Elf> {
    ensure!(bytes.starts_with(b"\x7fELF\x02\x01"), "not a 64-bit little-endian ELF file");
    read_headers(bytes).context("the ELF file is cut off")
}

/// Offsets are those of the ELF-64 object file format.
fn read_headers(bytes: &[u8]) -> Option<Elf> {
    let machine = u16::from_le_bytes(at(bytes, 18)?);
    let table = u64::from_le_bytes(at(bytes, 32)?);
    let entry_size = u16::from_le_bytes(at(bytes, 54)?);
    let entries = u16::from_le_bytes(at(bytes, 56)?);
    let mut loader = None;
    for index in 0..entries {
        let header = table.checked_add(u64::from(index) * u64::from(entry_size))?;
        if u32::from_le_bytes(at(bytes, header)?) == PT_INTERP {
            let start = usize::try_from(u64::from_le_bytes(at(bytes, header.checked_add(8)?)?)).ok()?;
            let length = usize::try_from(u64::from_le_bytes(at(bytes, header.checked_add(32)?)?)).ok()?;
            let name = bytes.get(start..start.checked_add(length)?)?;
            loader = Some(String::from_utf8_lossy(name).trim_end_matches('\0').to_owned());
        }
    }
    Some(Elf { machine, loader })
}

fn at<const N: usize>(bytes: &[u8], offset: u64) -> Option<[u8; N]> {
    let start = usize::try_from(offset).ok()?;
    bytes.get(start..start.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;

    use super::*;

    /// A header, one program header of `kind`, and the loader's name.
    fn elf(kind: u32) -> Vec<u8> {
        let mut bytes = vec![0; 64 + 56];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[18] = 62;
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = 1;
        bytes[64..68].copy_from_slice(&kind.to_le_bytes());
        bytes[72] = 120;
        bytes[96] = 7;
        bytes.extend(b"/lib/x\0");
        bytes
    }

    #[test]
    fn a_program_with_a_loader_is_not_static() {
        assert_eq!(read(&elf(PT_INTERP)).unwrap(), Elf { machine: 62, loader: Some("/lib/x".into()) });
        assert_eq!(read(&elf(1)).unwrap(), Elf { machine: 62, loader: None });
    }

    #[test]
    fn a_real_program_is_read() {
        let this = fs::read(env::current_exe().unwrap()).unwrap();
        let expected = crate::arch::Arch::of_this_machine().unwrap().elf_machine();
        assert_eq!(read(&this).unwrap().machine, expected);
    }

    #[test]
    fn no_cut_and_no_wild_offset_panics() {
        let whole = elf(PT_INTERP);
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length} bytes");
        }
        for offset in 32..whole.len() - 7 {
            let mut wild = whole.clone();
            wild[offset..offset + 8].fill(0xff);
            read(&wild).ok();
        }
    }
}
