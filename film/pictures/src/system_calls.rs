//! Which system calls the decoding process may make, as a filter of the kernel (seccomp).

use std::collections::BTreeMap;
use std::{env, io};

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// What decoding needs: the open files, memory, the time, random numbers for hash tables, and to end.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_futex,
    libc::SYS_restart_syscall,
    // Of a crash, an abort and the end.
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
];

/// Refuses this thread, for ever, every system call but those that decoding needs, with the error `EPERM`. So code that
/// a picture has smuggled in can neither open a file or a socket nor look into another process, and can make no new
/// code.
///
/// # Errors
/// When the kernel has no such filters, or takes no more of them.
pub(crate) fn confine() -> io::Result<()> {
    let machine = TargetArch::try_from(env::consts::ARCH).map_err(io::Error::other)?;
    let program = filter(machine).map_err(io::Error::other)?;
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}

/// The filter for a machine, which must be the one that this was compiled for: the numbers of system calls are its own.
fn filter(machine: TargetArch) -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    // The third argument is what the memory is for.
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let is_data = argument(2, SeccompCmpOp::MaskedEq(executable), 0)?;
        rules.insert(call, vec![SeccompRule::new(vec![is_data])?]);
    }
    // `abort` sends SIGABRT to its own thread; no other signal may be sent.
    let itself = argument(0, SeccompCmpOp::Eq, u64::from(std::process::id()))?;
    let abort = argument(2, SeccompCmpOp::Eq, u64::from(libc::SIGABRT.unsigned_abs()))?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![itself, abort])?]);
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    SeccompFilter::new(rules, refused, SeccompAction::Allow, machine)?.try_into()
}

/// A condition on an argument, whose lower half is all that the kernel uses of these.
fn argument(index: u8, is: SeccompCmpOp, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(index, SeccompCmpArgLen::Dword, is, value)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{ErrorKind, Read as _};
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::process::parent_id;
    use std::process::Command;
    use std::thread;
    use std::time::Instant;

    use rustix::process::{Signal, getpid, getppid, kill_process};

    use super::*;

    #[test]
    fn a_confined_thread_reads_what_is_open_and_reaches_nothing_else() {
        let (process, parent) = (getpid(), getppid().unwrap());
        let memory_of_parent = format!("/proc/{}/mem", parent_id());
        let mut open = File::open("/proc/self/status").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // The filter is this thread's alone.
        let confined = thread::spawn(move || {
            confine().unwrap();
            let mut status = String::new();
            open.read_to_string(&mut status).unwrap();
            let memory = vec![1_u8; 64 << 20];
            assert!(memory.iter().all(|byte| *byte == 1) && Instant::now().elapsed().as_secs() < 60);
            let refused = [
                ("reading a file", File::open("/proc/self/status").err()),
                ("reading the parent's memory", File::open(memory_of_parent).err()),
                ("writing a file", File::create(env::temp_dir().join("decoder")).err()),
                ("connecting", TcpStream::connect(address).err()),
                ("a datagram", UdpSocket::bind("127.0.0.1:0").err()),
                ("a program", Command::new("/bin/true").spawn().err()),
                ("a thread", thread::Builder::new().spawn(|| ()).err()),
                ("a signal to the parent", kill_process(parent, Signal::TERM).err().map(Into::into)),
                ("a signal to itself", kill_process(process, Signal::TERM).err().map(Into::into)),
            ];
            (status, refused.map(|(what, error)| (what, error.map(|error| error.kind()))))
        });
        let (status, refused) = confined.join().unwrap();
        assert!(status.starts_with("Name:"), "{status}");
        for (what, error) in refused {
            assert_eq!(error, Some(ErrorKind::PermissionDenied), "{what}");
        }
    }

    /// The constants of linux/audit.h. A call by the other architecture's numbers ends the process. Whether decoding
    /// needs no call beyond these, only a run on each machine shows: numbers are known to a build for that machine
    /// alone.
    #[test]
    fn the_filter_of_either_architecture_of_lambda_begins_with_a_check_of_it() {
        for (machine, audited) in [("x86_64", 0xc000_003e), ("aarch64", 0xc000_00b7)] {
            let program = filter(TargetArch::try_from(machine).unwrap()).unwrap();
            assert_eq!(program[1].k, audited, "{machine}");
            assert!(program.len() > ALLOWED.len(), "{machine}");
        }
    }
}
