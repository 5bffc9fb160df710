//! ONNX Runtime: loading the library, and sessions that also give the duration of each token.

use std::path::Path;
use std::sync::OnceLock;

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;

/// The environment, one per process as ONNX Runtime demands. A failure to load the library is remembered.
static RUNTIME: OnceLock<Result<Environment, String>> = OnceLock::new();

/// Opens a model. An intermediate value `inner` is made readable as an output, although the file does not list it as one.
///
/// # Errors
/// A message that names the file, if the library cannot be loaded, the model cannot be read, or ONNX Runtime refuses it.
pub(crate) fn open(
    library: &Path,
    model: &Path,
    inner: Option<&str>,
    threads: usize,
) -> Result<Session, String> {
    let runtime = RUNTIME.get_or_init(|| {
        let environment = ort::init_from(library).map_err(|error| error.to_string())?;
        environment.with_name("narrator").with_telemetry(false).build().map_err(|error| error.to_string())
    });
    let runtime = runtime.as_ref().map_err(|reason| format!("{}: {reason}", library.display()))?;
    let mut bytes = std::fs::read(model).map_err(|error| format!("{}: {error}", model.display()))?;
    bytes.extend(inner.map(extra_output).unwrap_or_default());
    session(runtime, &bytes, threads).map_err(|error| format!("{}: {error}", model.display()))
}

fn session(runtime: &Environment, model: &[u8], threads: usize) -> ort::Result<Session> {
    Session::builder(runtime)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(threads)?
        // Threads that spin while they wait use processor time, which Lambda bills.
        .with_intra_op_spinning(false)?
        // Every sentence has another length: cached memory patterns would only accumulate.
        .with_memory_pattern(false)?
        .commit_from_memory(model)
}

/// The bytes that, put behind an ONNX file, add one float output to its graph.
///
/// A protobuf message may be written in pieces: a second occurrence of an embedded message is merged into the first,
/// and repeated fields are joined. So a piece that holds nothing but `ModelProto.graph.output = [{ name, type }]`
/// (fields 7, 12, 1 and 2 of `onnx.proto`) is a complete edit, and the published file keeps its hash.
fn extra_output(name: &str) -> Vec<u8> {
    const FLOAT: u8 = 1;
    let tensor = field(1, &[0x08, FLOAT]);
    let value = [field(1, name.as_bytes()), field(2, &tensor)].concat();
    field(7, &field(12, &value))
}

/// A length-delimited protobuf field.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    const LENGTH_DELIMITED: u8 = 2;
    let mut bytes = vec![number << 3 | LENGTH_DELIMITED];
    let mut length = content.len();
    while length > 0x7f {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extra_output_is_a_model_with_nothing_but_that_output() {
        assert_eq!(
            extra_output("/a"),
            [
                0x3a, 12, // ModelProto.graph
                0x62, 10, // GraphProto.output
                0x0a, 2, b'/', b'a', // ValueInfoProto.name
                0x12, 4, 0x0a, 2, 0x08, 1, // ValueInfoProto.type.tensor_type.elem_type = FLOAT
            ]
        );
    }

    #[test]
    fn long_fields_have_a_length_of_several_bytes() {
        assert_eq!(field(1, &[0; 300])[..3], [0x0a, 0xac, 0x02]);
    }
}
