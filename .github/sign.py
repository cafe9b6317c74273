"""Signs a package as `cargo xtask sign` does, with Python's own library and openssl alone.

The release signs with this instead of xtask, so that the job which has the key runs no code of third parties: no crate, no
build script, nothing that an earlier job has built. The key comes in the environment variable SIGNING_KEY (RSA, PKCS#1 in
PEM) and reaches openssl through a pipe; it is written to no file.

    SIGNING_KEY=... python3 sign.py PACKAGE SIGNED PUBLIC_KEY

writes the signed package and the public half of the key. Python 3.8 or newer. xtask/tests/release_signing.rs compares the
two signers.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile

VERIFICATION_FILE = ".verification.dify.json"
VERIFICATION = b'{"authorized_category":"community"}'


def openssl(key, arguments, message=b""):
    """What openssl prints. In `arguments`, KEY stands for the path of a pipe that holds the key."""
    read, write = os.pipe()
    try:
        # A key of 4096 bits has 3.3 kB, a pipe holds 4 KiB at the least.
        os.write(write, key)
        os.close(write)
        arguments = ["/dev/fd/%d" % read if argument == "KEY" else argument for argument in arguments]
        environment = {name: value for name, value in os.environ.items() if name != "SIGNING_KEY"}
        done = subprocess.run(
            ["openssl"] + arguments, input=message, stdout=subprocess.PIPE, pass_fds=[read], env=environment, check=True
        )
    finally:
        os.close(read)
    return done.stdout


def sign(package, signed, public, key, now):
    """Adds the verification file and, as the archive's comment, the signature. The other files stay as they are."""
    with zipfile.ZipFile(package) as archive:
        entries = archive.infolist()
        if archive.comment or any(entry.filename == VERIFICATION_FILE for entry in entries):
            raise ValueError("the package is signed already")
        contents = [archive.read(entry) for entry in entries] + [VERIFICATION]
    message = b"".join(hashlib.sha256(content).digest() for content in contents) + str(now).encode()
    signature = openssl(key, ["dgst", "-sha256", "-sign", "KEY"], message)
    public_key = openssl(key, ["rsa", "-in", "KEY", "-RSAPublicKey_out"])

    shutil.copyfile(package, signed)
    with zipfile.ZipFile(signed, "a") as archive:
        entry = zipfile.ZipInfo(VERIFICATION_FILE, (1980, 1, 1, 0, 0, 0))
        entry.create_system, entry.external_attr = 3, 0o100644 << 16
        archive.writestr(entry, VERIFICATION)
        comment = {"signature": base64.b64encode(signature).decode(), "time": now}
        archive.comment = json.dumps(comment, separators=(",", ":")).encode()
    with open(public, "wb") as file:
        file.write(public_key)


def main():
    key = os.environ.pop("SIGNING_KEY", "").strip()
    if len(sys.argv) != 4 or not key:
        sys.exit("usage: SIGNING_KEY=... python3 sign.py PACKAGE SIGNED PUBLIC_KEY")
    try:
        sign(*sys.argv[1:], (key + "\n").encode(), int(time.time()))
    except (OSError, ValueError, zipfile.BadZipFile, subprocess.CalledProcessError) as error:
        # Neither the key nor openssl's input is part of any of these texts.
        sys.exit("%s cannot be signed: %s" % (sys.argv[1], error))


if __name__ == "__main__":
    main()
