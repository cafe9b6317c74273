"""Becomes the program under bin/<arch>/, or the one its wheel installed: Dify can only start Python, the plugin is native.

Nothing but `os` and `sys` is imported, because Dify waits for the first heartbeat while this file runs.
Process id, pipes and environment stay as they are. Python 3.8 or newer.
"""

import os
import sys

NAME = "kling-aigc"
# Machine names as the kernel prints them -> names Dify's manifest uses.
ARCHES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
# How the program's allocator gives memory back: large blocks always get a mapping of their own, however many were freed
# before. Each setting of glibc, the older variable of the same meaning, and our value.
TUNABLES = (
    ("glibc.malloc.mmap_threshold", "MALLOC_MMAP_THRESHOLD_", "131072"),
    ("glibc.malloc.trim_threshold", "MALLOC_TRIM_THRESHOLD_", "131072"),
    ("glibc.malloc.arena_max", "MALLOC_ARENA_MAX", "2"),
)


def become(program):
    """Replaces this process by `program`; returns only by raising."""
    argv = [program] + sys.argv[1:]
    try:
        # Dify unpacks every file as 0644. A folder that refuses the change is dealt with below.
        if not os.access(program, os.X_OK):
            os.chmod(program, 0o755)
    except OSError:
        pass
    try:
        os.execv(program, argv)
    except PermissionError:
        # The folder is read-only or mounted noexec: run a copy held in memory instead. No file is written.
        os.execve(in_memory(program), argv, os.environ)


def in_memory(program):
    """A memory file with the bytes of `program`, closed by itself once it runs."""
    try:
        # 0x10 is MFD_EXEC: kernels since 6.3 may want it said, older ones do not know it.
        memory = os.memfd_create(NAME, os.MFD_CLOEXEC | 0x10)
    except OSError:
        memory = os.memfd_create(NAME, os.MFD_CLOEXEC)
    with open(program, "rb") as source, open(memory, "wb", closefd=False) as target:
        target.write(source.read())
    return memory


def tune():
    """Sets what the administrator has not set."""
    given = os.environ.get("GLIBC_TUNABLES", "")
    names = [setting.split("=")[0] for setting in given.split(":")]
    ours = [name + "=" + value for name, old, value in TUNABLES if name not in names and old not in os.environ]
    if ours:
        os.environ["GLIBC_TUNABLES"] = ":".join(([given] if given else []) + ours)


def installed():
    """Where pip puts the program of a wheel: beside this Python. What else is called so on the PATH is anybody's.

    In a virtual environment the interpreter is a link, which must not be followed: its target has another folder. Of a
    Python that is itself started by a link, `sys.prefix` tells the real place.
    """
    folders = [os.path.dirname(sys.executable or ""), os.path.join(sys.prefix, "bin")]
    return [os.path.join(folder, NAME) for folder in folders if os.path.isabs(folder)]


def main():
    """Returns only when there is no program, with the reason."""
    tune()
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin")
    machine = os.uname().machine
    for program in [os.path.join(folder, ARCHES.get(machine, machine), NAME)] + installed():
        if os.path.isfile(program):
            become(program)
    packed = os.listdir(folder) if os.path.isdir(folder) else []
    packed = sorted(arch for arch in packed if os.path.isfile(os.path.join(folder, arch, NAME)))
    packed = ", ".join(packed) or "none"
    return "no program for machine %s in this package (it has: %s), and pip has installed none beside %s" % (
        machine,
        packed,
        sys.executable,
    )


if __name__ == "__main__":
    try:
        reason = main()
    except Exception as error:  # Dify shows stderr to the administrator: one line, never a traceback.
        reason = "cannot start the program of %s: %s" % (os.path.dirname(os.path.abspath(__file__)), error)
    sys.stderr.write("%s: %s\n" % (NAME, reason))
    sys.exit(1)
