//! A stack's tables, queues, buckets and functions, and the operator's command: all that is reached past the API.

use std::process::Output;

use anyhow::{Context as _, Result, ensure};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use client::LocalStack;
use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::table::Table;
use serde_json::Value;

use crate::stack::{repository_root, target_folder};

/// Access to the AWS services of one stack.
#[derive(Debug)]
pub struct Aws {
    /// The configuration for SDK clients of any service.
    pub config: SdkConfig,
    stack: LocalStack,
    outputs: Value,
}

impl Aws {
    /// The AWS services of a stack.
    ///
    /// # Errors
    /// When the stack's `outputs.json` cannot be read or parsed.
    pub fn of(stack: &LocalStack) -> Result<Self> {
        let outputs = std::fs::read_to_string(stack.outputs.data.join("outputs.json"))?;
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(&stack.outputs.endpoint)
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "local", "local", None, None, "tests",
            )))
            .build();
        Ok(Self { config, stack: stack.clone(), outputs: serde_json::from_str(&outputs)? })
    }

    /// The physical name or URL of a resource, by its key in the stack's outputs: `metering_table`, `mail_queue`.
    ///
    /// # Errors
    /// When the outputs have no such key.
    pub fn name(&self, output: &str) -> Result<String> {
        let name = self.outputs[output].as_str().with_context(|| format!("no output {output}"))?;
        Ok(name.to_owned())
    }

    /// A table by its key in the outputs.
    ///
    /// # Errors
    /// When the outputs have no such key.
    pub fn table(&self, output: &str) -> Result<Table> {
        Ok(Table::new(&self.config, self.name(output)?))
    }

    /// The media bucket.
    ///
    /// # Errors
    /// When the outputs do not name it.
    pub fn bucket(&self) -> Result<Bucket> {
        Ok(Bucket::new(&self.config, self.name("media_bucket")?, true, API_TIMEOUT))
    }

    /// The vault bucket, which holds backups, audit seals and tombstones.
    ///
    /// # Errors
    /// When the outputs do not name it.
    pub fn vault(&self) -> Result<Bucket> {
        Ok(Bucket::new(&self.config, self.name("vault_bucket")?, true, API_TIMEOUT))
    }

    /// The newest version of a JSON document in the vault.
    ///
    /// # Errors
    /// When there is no such object, or it is not JSON.
    pub async fn vault_object(&self, key: &str) -> Result<Value> {
        let body = self.vault()?.open_version(key, None).await?;
        Ok(serde_json::from_slice(&body.collect().await?.into_bytes())?)
    }

    /// Invokes a function with its sample event from `events/`, and waits for its end.
    ///
    /// # Errors
    /// When the invocation fails or the function answers with an error.
    pub async fn invoke(&self, function: &str) -> Result<()> {
        let event = std::fs::read_to_string(repository_root().join(format!("events/{function}.json")))?;
        let invoke = Client::new(&self.config).invoke().function_name(format!("devotional-{function}"));
        let answer = invoke.payload(event.into_bytes().into()).send().await?;
        let said = answer.payload.map(Blob::into_inner).unwrap_or_default();
        ensure!(answer.function_error.is_none(), "{function}: {}", String::from_utf8_lossy(&said));
        Ok(())
    }

    /// Runs the operator's command with these arguments; gives its exit status and output, whatever they are.
    ///
    /// # Errors
    /// When the command is not built.
    pub async fn run_operator(&self, arguments: &[&str]) -> Result<Output> {
        let outputs = self.stack.outputs.data.join("outputs.json");
        let run = tokio::process::Command::new(target_folder()?.join("operator"))
            .env("STACK_OUTPUTS", outputs)
            .args(arguments)
            .output();
        run.await.context("the operator's tool is not built")
    }

    /// Runs the operator's command, which must succeed; gives its standard output.
    ///
    /// # Errors
    /// When it exits with an error, with its standard error as the message.
    pub async fn operator_stdout(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run_operator(arguments).await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }
}
