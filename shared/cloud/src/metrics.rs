//! Metrics in CloudWatch's embedded metric format (EMF): a JSON log line from which CloudWatch extracts metrics.

use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The CloudWatch namespace of all metrics.
const NAMESPACE: &str = "DevotionalAI";

/// A metric's unit; the variants' names are CloudWatch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A percentage, 0 to 100.
    Percent,
    /// A unit that CloudWatch has no name for, or one that the metric's own name says.
    None,
}

/// Metrics that are emitted together. They have no dimensions, because CloudWatch bills every combination of
/// dimensions as a metric of its own.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    definitions: Vec<Value>,
    values: Map<String, Value>,
}

impl Metrics {
    /// Adds a metric's value.
    pub fn add(&mut self, name: &str, unit: Unit, value: f64) {
        self.definitions.push(json!({ "Name": name, "Unit": format!("{unit:?}") }));
        self.values.insert(name.to_owned(), value.into());
    }

    /// Writes the metrics to standard output as one line. A closed standard output is ignored.
    pub fn emit(self, at: Timestamp) {
        writeln!(std::io::stdout(), "{}", self.line(at)).ok();
    }

    fn line(mut self, at: Timestamp) -> Value {
        let metadata = json!({
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": [
                { "Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": self.definitions },
            ],
        });
        self.values.insert("_aws".to_owned(), metadata);
        Value::Object(self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_every_number_once() {
        let mut metrics = Metrics::default();
        metrics.add("Churn", Unit::Percent, 2.5);
        metrics.add("BillingDrift", Unit::Count, 0.0);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_790_000_000_000_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "DevotionalAI",
                    "Dimensions": [[]],
                    "Metrics": [{"Name": "Churn", "Unit": "Percent"}, {"Name": "BillingDrift", "Unit": "Count"}],
                }],
            },
            "Churn": 2.5,
            "BillingDrift": 0.0,
        });
        assert_eq!(metrics.line(Timestamp::from_second(1_790_000_000).unwrap()), expected);
    }
}
