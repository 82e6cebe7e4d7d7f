"""Walls around the code of a student: what it cannot do, whatever it tries.

    no network        a network name space of its own, with nothing in it
    no files          a root folder of its own: Python, its packages and `course_utils`, all
                      read-only, an empty `/tmp`, no `/proc`
    no processes      a name space in which it is the first process, and the last: there it
                      can start neither a process nor a thread, and all die with it
    nobody            the user `nobody`, where the grader runs as root, and no privilege
    limits            seconds of the processor, memory, size of files

Linux alone has these. Where a machine forbids name spaces, as some containers do, that is
said, and nothing is run.
"""

import ctypes
import os
import resource
import signal
import sys
import sysconfig
import tempfile
from contextlib import suppress
from pathlib import Path

NEW_MOUNTS = 0x00020000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PROCESSES = 0x20000000
NEW_NETWORK = 0x40000000
READ_ONLY = 1
NO_SUID = 2
NO_DEVICES = 4
AGAIN = 32  # MS_REMOUNT
BIND = 4096
PRIVATE = 1 << 18
ALL_BELOW = 16384  # MS_REC
NO_NEW_PRIVILEGES = 38
NOT_DUMPABLE = 4
NOBODY = 65534
COSTLY = 3  # how a guard ends whose player had used up its seconds of the processor
ROOM = "size=64m,mode=755"  # what may be written to /tmp
DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")
SYSTEM = ("/usr", "/lib", "/lib64", "/bin")

libc = ctypes.CDLL(None, use_errno=True)


class Forbidden(Exception):
    """A wall that this machine does not let us raise."""


def must(result, what):
    """Refuse to go on where a call of the system has failed."""
    if result != 0:
        reason = os.strerror(ctypes.get_errno())
        raise Forbidden(f"this machine forbids {what} ({reason})")


def apart():
    """Put this process into name spaces of its own, and its children into another one."""
    user = os.getuid()
    group = os.getgid()
    spaces = NEW_MOUNTS | NEW_IPC | NEW_NETWORK | NEW_PROCESSES
    must(libc.unshare(spaces | (NEW_USER if user else 0)), "name spaces")
    if user:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1", encoding="ascii")


def seen(package):
    """The folders that a student's code may read: Python, its packages and the book's."""
    paths = [sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), package]
    return list(dict.fromkeys(map(str, paths)))


def mount(source, target, flags, kind=None, data=None):
    """Mount something, or refuse."""
    names = [None if x is None else os.fsencode(x) for x in (source, target, kind)]
    must(libc.mount(*names, flags, data and data.encode()), f"mounting {target}")


def lend(path, root):
    """Show a folder or a device of the machine below another root, read-only."""
    place = Path(str(root) + path)
    if os.path.isdir(path):
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    mount(path, place, BIND | ALL_BELOW)
    if os.path.isdir(path):
        kept = os.statvfs(path).f_flag & 15
        mount(None, place, AGAIN | BIND | READ_ONLY | NO_SUID | kept)


def another_root(package, hidden):
    """Change to a root folder that holds what a student's code may read.

    Of the folders ``hidden`` it holds nothing, not even where they lie below one of these.
    """
    root = tempfile.mkdtemp(prefix="grading-")
    mount(None, "/", PRIVATE | ALL_BELOW)
    mount("tmpfs", root, NO_SUID, "tmpfs", ROOM)
    for path in filter(os.path.isdir, SYSTEM):
        lend(path, root)
    for path in filter(os.path.isdir, (str(root) + folder for folder in hidden)):
        mount("tmpfs", path, NO_SUID, "tmpfs", ROOM)
    for path in filter(os.path.exists, [*seen(package), *DEVICES]):
        lend(path, root)
    place = Path(root, "tmp")
    place.mkdir(exist_ok=True)
    place.chmod(0o1777)
    os.chroot(root)
    os.chdir("/tmp")
    os.environ.update(HOME="/tmp", TMPDIR="/tmp")


def limits(seconds, megabytes):
    """Limit what this process may use from now on."""
    at_most(FSIZE=16 * 2**20, NOFILE=64, CORE=0)
    spared(seconds, megabytes)


def spared(seconds, megabytes):
    """Leave this process so many seconds of the processor, and so much more memory."""
    grown = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    at_most(CPU=int(seconds) + 1, AS=grown * resource.getpagesize() + megabytes * 2**20)


def at_most(**bounds):
    """Set limits of the system, by the names that it has for them."""
    for name, most in bounds.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def queued(guard):
    """Seconds that this process and those of a guard have waited for the processor.

    Where the system does not count them, none.
    """
    try:
        below = Path(f"/proc/{guard}/task/{guard}/children").read_text(encoding="ascii")
        counts = [
            Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()
            for process in ("self", *below.split())
        ]
    except OSError:
        return 0.0
    return sum(int(waited) for _, waited, _ in counts) / 1e9


def without_rights():
    """Become nobody, and give up every privilege for good."""
    must(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "giving up privileges")
    if os.getuid() == 0:
        with suppress(OSError):  # in a name space of users that has no other one
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    must(libc.capset(header, (ctypes.c_uint32 * 6)()), "giving up privileges")


def only(*files):
    """Close every open file but these, and give the standard ones to nothing."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    kept = sorted({0, 1, 2, *files})
    ends = [*kept[1:], os.sysconf("SC_OPEN_MAX")]
    for before, after in zip(kept, ends, strict=True):
        os.closerange(before + 1, after)


def unreadable():
    """Keep other processes of the same user from reading the memory of this one."""
    libc.prctl(NOT_DUMPABLE, 0, 0, 0, 0)


def enclosed(prepare, run, files, *, package, hidden, seconds, megabytes):
    """Run a function behind the walls, in a process of its own, with these open files.

    ``run`` is called with what ``prepare`` gave before the walls were raised, and with the
    error by which that failed, or None. Returned are the end of a pipe and the number of a
    process, the guard: once the pipe is closed, the guard kills what runs behind the walls,
    with all that it has started, and ends; by ``COSTLY`` if that took all its seconds.
    """
    watched, alive = os.pipe()
    guard = os.fork()
    if guard:
        os.close(watched)
        return alive, guard
    try:
        os.close(alive)
        trouble = tried(apart)
        child = os.fork()
        if child == 0:
            given = prepare()
            only(*files)
            bounds = package, hidden, seconds, megabytes
            run(given, trouble or tried(raised, *bounds))
            os._exit(0)
        for file in files:
            os.close(file)
        os.read(watched, 1)  # until the other end is closed
        os.kill(child, signal.SIGKILL)
        _, _, used = os.wait4(child, 0)
        if used.ru_utime + used.ru_stime >= seconds:
            os._exit(COSTLY)
    finally:
        os._exit(0)


def tried(action, *arguments):
    """The error of raising a wall, or None."""
    try:
        action(*arguments)
    except (Forbidden, OSError) as error:
        return error
    return None


def alone():
    """See to it that this process starts no other one, and no thread, from now on.

    What it would start belongs to a name space of processes whose first one has ended, and
    in such a one nothing begins. A limit of processes alone does not bind root, not even in
    a name space of users where root is the one user there is.
    """
    must(libc.unshare(NEW_PROCESSES), "name spaces of processes")
    first = os.fork()
    if first == 0:
        os._exit(0)
    os.waitpid(first, 0)


def raised(package, hidden, seconds, megabytes):
    """Raise the walls around this process, which is the first of its name space."""
    alone()
    limits(seconds, megabytes)
    another_root(package, hidden)
    without_rights()
