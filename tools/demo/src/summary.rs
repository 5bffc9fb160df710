//! The summary at the end: the files, their facts, and the running times of the steps.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Duration;

use client::{Receipt, StepKind, StepReceipt, Video};
use indicatif::HumanBytes;

use crate::output_files::OutputFiles;
use crate::units;

/// Prints the film's facts and a table of its steps.
pub(crate) fn print(
    out: &mut impl Write,
    output: &OutputFiles,
    video: &Video,
    receipt: &Receipt,
    took: Duration,
) -> io::Result<()> {
    let file = |ending: &str| output.file(ending).display().to_string();
    writeln!(out)?;
    writeln!(out, "film       {}", file("mp4"))?;
    writeln!(
        out,
        "           {} · {} ({} × {}) · {} LUFS, true peak {} dBTP · {}",
        units::time_ms(video.duration_ms),
        video.resolution,
        video.width,
        video.height,
        decibels(video.loudness_lufs),
        decibels(video.true_peak_dbtp),
        HumanBytes(video.bytes),
    )?;
    writeln!(out, "captions   {}, {}", file("srt"), file("vtt"))?;
    writeln!(out, "thumbnail  {}", file("jpg"))?;
    writeln!(out, "receipt    {} ({})", file("json"), units::dollars(receipt.totals.cost_micro_usd))?;
    writeln!(out)?;
    print_steps(out, &receipt.steps)?;
    writeln!(out)?;
    writeln!(out, "all in {}", units::time(took))
}

fn print_steps(out: &mut impl Write, steps: &[StepReceipt]) -> io::Result<()> {
    let row = |out: &mut dyn Write, [kind, count, reused, total, longest, by]: [&str; 6]| {
        writeln!(out, "{kind:<10} {count:>5} {reused:>7} {total:>12} {longest:>12}  {by}")
    };
    row(out, ["step", "count", "reused", "run time", "longest", "by"])?;
    for kind in StepKind::ALL {
        let of_kind: Vec<&StepReceipt> = steps.iter().filter(|step| step.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let ran = of_kind.iter().map(|step| step.ran_ms);
        let providers: BTreeSet<&str> =
            of_kind.iter().map(|step| step.provider.as_str()).filter(|by| !by.is_empty()).collect();
        row(
            out,
            [
                kind.as_str(),
                &of_kind.len().to_string(),
                &of_kind.iter().filter(|step| step.reused).count().to_string(),
                &units::time_ms(ran.clone().sum()),
                &units::time_ms(ran.max().unwrap_or_default()),
                &providers.into_iter().collect::<Vec<_>>().join(", "),
            ],
        )?;
    }
    Ok(())
}

/// A level with one decimal and a real minus sign (U+2212).
fn decibels(value: f64) -> String {
    format!("{value:.1}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn step(id: &str, kind: &str, provider: &str, reused: bool, ran_ms: u64) -> Value {
        json!({"id": id, "kind": kind, "state": "done", "attempts": 1, "provider": provider, "reused": reused,
               "ran_ms": ran_ms, "waited_ms": 0, "cost_micro_usd": 0, "notes": [], "failures": [],
               "fallbacks": []})
    }

    #[test]
    fn every_kind_has_a_row_with_its_sum_and_its_longest() {
        let steps: Vec<StepReceipt> = serde_json::from_value(json!([
            step("clip-0000", "clip", "ffmpeg", false, 9_000),
            step("image-0000", "image", "painter", false, 1_500),
            step("image-0001", "image", "bedrock", true, 700),
            step("stitch-0000", "stitch", "", false, 0),
        ]))
        .unwrap();
        let mut out = Vec::new();
        print_steps(&mut out, &steps).unwrap();
        let expected = "\
step       count  reused     run time      longest  by
image          2       1        2.2 s        1.5 s  bedrock, painter
clip           1       0        9.0 s        9.0 s  ffmpeg
stitch         1       0       0.00 s       0.00 s  
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(decibels(-16.04), "−16.0");
    }
}
