//! The object as a Rust program embeds it with Aya: `include_bytes_aligned!`.
//!
//! usage: embed INTERFACE; what it does is said in tests/interop/embedders.py.
//! usage: embed load OBJECT [PROGRAM=TARGET...] loads all of another object and ends.

mod load;

use std::error::Error;
use std::ffi::CStr;
use std::io::{stdin, stdout, Write};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use aya::maps::{Array, HashMap, RingBuf};
use aya::programs::{TracePoint, Xdp, XdpFlags};
use aya::{include_bytes_aligned, Ebpf, EbpfLoader, Pod};

static OBJECT: &[u8] = include_bytes_aligned!(env!("WATCH_OBJECT"));

#[derive(Clone, Copy)]
#[repr(C)]
struct Traffic {
    packets: u64,
    bytes: u64,
}

// SAFETY: two integers, any bytes are a value
unsafe impl Pod for Traffic {}

#[derive(Clone, Copy)]
#[repr(C)]
struct Opened {
    pid: u32,
    flags: u32,
    comm: [u8; 16],
    filename: [u8; 64],
}

fn text(field: &[u8]) -> Result<String, Box<dyn Error>> {
    Ok(CStr::from_bytes_until_nul(field)?.to_str()?.to_owned())
}

fn embedded() -> Result<Ebpf, Box<dyn Error>> {
    Ok(EbpfLoader::new()
        .set_global("smallest", &100u16, true)
        .set_global("only_pid", &std::process::id(), true)
        .load(OBJECT)?)
}

fn event(ring: &mut RingBuf<aya::maps::MapData>) -> Result<Opened, Box<dyn Error>> {
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        while let Some(record) = ring.next() {
            if record.len() != size_of::<Opened>() {
                return Err(format!("a record of {} bytes", record.len()).into());
            }
            // SAFETY: the record has the size of the struct, which holds integers only
            let event = unsafe { record.as_ptr().cast::<Opened>().read_unaligned() };
            if text(&event.filename)? == "/proc/version" {
                return Ok(event);
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err("no record of /proc/version within ten seconds".into())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let interface = match &arguments[..] {
        [interface] => interface,
        [command, object, targets @ ..] if command == "load" => {
            return load::everything(object, targets)
        }
        _ => return Err("usage: embed INTERFACE | embed load OBJECT [PROGRAM=TARGET...]".into()),
    };
    let mut bpf = embedded()?;

    let on_packet: &mut Xdp = bpf
        .program_mut("on_packet")
        .ok_or("no on_packet")?
        .try_into()?;
    on_packet.load()?;
    on_packet.attach(interface, XdpFlags::default())?;
    let on_open: &mut TracePoint = bpf.program_mut("on_open").ok_or("no on_open")?.try_into()?;
    on_open.load()?;
    on_open.attach("syscalls", "sys_enter_openat")?;
    let mut ring = RingBuf::try_from(bpf.take_map("opened").ok_or("no map opened")?)?;

    drop(std::fs::File::open("/proc/version")?);
    println!("ready");
    stdout().flush()?;
    stdin().read_line(&mut String::new())?;

    let opened = event(&mut ring)?;
    let traffic: HashMap<_, [u8; 4], Traffic> =
        HashMap::try_from(bpf.map("traffic").ok_or("no map traffic")?)?;
    let mut seen = Vec::new();
    for entry in traffic.iter() {
        let (source, traffic) = entry?;
        seen.push(format!(
            "\"{}\": [{}, {}]",
            Ipv4Addr::from(source),
            traffic.packets,
            traffic.bytes
        ));
    }
    let globals: Array<_, u64> = Array::try_from(bpf.map(".bss").ok_or("no map .bss")?)?;
    println!(
        "{{\"traffic\": {{{}}}, \"ignored\": {}, \"opened\": {{\"pid\": {}, \"flags\": {}, \"comm\": {:?}, \"filename\": {:?}}}}}",
        seen.join(", "),
        globals.get(&0, 0)?,
        opened.pid,
        opened.flags,
        text(&opened.comm)?,
        text(&opened.filename)?,
    );
    Ok(())
}
