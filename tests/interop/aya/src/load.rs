//! All of an object through Aya, so that the kernel judges every map and every program.

use std::collections::HashMap;
use std::error::Error;

use aya::programs::Program;
use aya::{Btf, Ebpf};

/// Loads the object; the first refusal is the error, with the program's name and the verifier's log.
///
/// What a program of BTF is attached to is no part of its section's name for Aya, its user passes it again: `targets`
/// are of the form PROGRAM=TARGET.
pub fn everything(path: &str, targets: &[String]) -> Result<(), Box<dyn Error>> {
    let targets: HashMap<&str, &str> = targets
        .iter()
        .filter_map(|target| target.split_once('='))
        .collect();
    let mut bpf = Ebpf::load(&std::fs::read(path)?)?;
    let mut count = 0;
    for (name, program) in bpf.programs_mut() {
        let target = targets.get(name).copied().unwrap_or_default();
        load(target, program).map_err(|error| format!("{name}: {}", chain(error.as_ref())))?;
        count += 1;
    }
    println!("{count} programs");
    Ok(())
}

fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

fn load(target: &str, program: &mut Program) -> Result<(), Box<dyn Error>> {
    match program {
        Program::Xdp(program) => program.load()?,
        Program::SchedClassifier(program) => program.load()?,
        Program::SocketFilter(program) => program.load()?,
        Program::CgroupSkb(program) => program.load()?,
        Program::CgroupSock(program) => program.load()?,
        Program::CgroupSockAddr(program) => program.load()?,
        Program::CgroupSockopt(program) => program.load()?,
        Program::CgroupSysctl(program) => program.load()?,
        Program::CgroupDevice(program) => program.load()?,
        Program::SockOps(program) => program.load()?,
        Program::SkSkb(program) => program.load()?,
        Program::SkMsg(program) => program.load()?,
        Program::SkLookup(program) => program.load()?,
        Program::TracePoint(program) => program.load()?,
        Program::RawTracePoint(program) => program.load()?,
        Program::KProbe(program) => program.load()?,
        Program::UProbe(program) => program.load()?,
        Program::PerfEvent(program) => program.load()?,
        Program::BtfTracePoint(program) => program.load(target, &Btf::from_sys_fs()?)?,
        Program::FEntry(program) => program.load(target, &Btf::from_sys_fs()?)?,
        Program::FExit(program) => program.load(target, &Btf::from_sys_fs()?)?,
        Program::Lsm(program) => program.load(target, &Btf::from_sys_fs()?)?,
        _ => return Err("a kind of program that this loader does not drive".into()),
    }
    Ok(())
}
