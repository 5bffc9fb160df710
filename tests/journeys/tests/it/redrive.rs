//! Redriving dead letters with the operator's command.

use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, MessageSystemAttributeName};
use cloud::table::Key;
use harness::{Aws, DRAFT, OwnStack, UNLIMITED, new_user, text};
use serde_json::json;
use tenancy::{ContentHash, ExportId, TenantId};
use tokio::time::timeout;

/// How long a message may take to be delivered.
const DELIVERY: Duration = Duration::from_secs(60);

#[tokio::test]
async fn readable_messages_are_sent_again_and_the_others_are_left() -> Result<()> {
    let own = OwnStack::start("redrive", UNLIMITED)?;
    let (aws, person) = (Aws::of(&own.stack)?, new_user(&own.stack).await?);
    let queues = Client::new(&aws.config);
    let dead = aws.name("mail_dead_letters")?;
    // Two mails that could not be sent, and a message that is none.
    let mail = |to: &str| {
        json!({
            "kind": "sign_in_link", "to": to, "link": "https://app.example.com/login#token=t",
            "code": "0123-4ABC", "expires_in_min": 15,
        })
    };
    let addresses = [(); 2].map(|()| format!("late-{}@example.com", uuid::Uuid::now_v7().simple()));
    let correlation = MessageAttributeValue::builder().data_type("String").string_value("req-1").build()?;
    // The second mail is kept in the table, as all of them are; the first is whole, as messages were before. Of a third
    // only the reference is left: it was sent, or has expired.
    let [kept, gone] = [b"kept", b"gone"].map(|text| ContentHash::of(text));
    let (table, key) = (aws.table("rates_table")?, Key::global("MAIL", &kept));
    let expires_at = cloud::clock::now().as_second() + 600;
    table.put(&key, &json!({ "mail": mail(&addresses[1]), "expires_at": expires_at })).await?;
    let (kept, gone) = (json!({ "mail": kept }), json!({ "mail": gone }));
    for body in [json!("poison"), mail(&addresses[0]), kept, gone] {
        let send = queues.send_message().queue_url(&dead).message_body(body.to_string());
        let send = send.message_group_id("tenant").message_attributes("correlation_id", correlation.clone());
        send.send().await?;
    }
    let one = aws.operator_stdout(&["redrive", "--queue", "mail", "--max", "1"]).await?;
    assert!(one.contains("sent again: 1"), "{one}");
    let rest = aws.operator_stdout(&["redrive", "--queue", "mail"]).await?;
    assert!(rest.contains("sent again: 2") && rest.contains("nobody could read them"), "{rest}");
    assert!(rest.contains("not of the expected form") && !rest.contains("poison"), "{rest}");
    for address in &addresses {
        let arrived = async {
            while own.stack.mails_to(address).await?.is_empty() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            anyhow::Ok(())
        };
        timeout(DELIVERY, arrived).await.context("the mail never came")??;
    }
    let forgotten = async {
        while table.get::<serde_json::Value>(&key).await?.is_some() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::Ok(())
    };
    timeout(DELIVERY, forgotten).await.context("a mail is kept that was sent")??;

    // The unreadable message is still there, unchanged.
    let left = queues.receive_message().queue_url(&dead).message_attribute_names("All");
    let left = left.message_system_attribute_names(MessageSystemAttributeName::MessageGroupId);
    let left = left.visibility_timeout(0).send().await?.messages.unwrap_or_default();
    assert_eq!(left.iter().map(|message| message.body()).collect::<Vec<_>>(), [Some("\"poison\"")]);
    let all = aws.operator_stdout(&["redrive", "--queue", "mail", "--all"]).await?;
    assert!(all.contains("sent again: 1"), "{all}");

    redrives_exports_and_erasures(&aws, &queues).await?;
    redrives_a_step(&aws, &person.api, &queues).await
}

/// Redrives an export and an erasure of a tenant that does not exist, which therefore have no effect.
async fn redrives_exports_and_erasures(aws: &Aws, queues: &Client) -> Result<()> {
    let (tenant, at) = (TenantId::new(), "2026-11-20T10:00:00Z");
    let export = json!({"tenant": tenant, "export": ExportId::new(), "asked_at": at});
    let erasure = json!({"tenant": tenant, "asked_at": at});
    for (queue, outputs, body) in [("exports", "export", export), ("erasures", "erasure", erasure)] {
        let dead = aws.name(&format!("{outputs}_dead_letters"))?;
        let send = queues.send_message().queue_url(&dead).message_body(body.to_string());
        send.message_group_id(tenant.to_string()).send().await?;
        let said = aws.operator_stdout(&["redrive", "--queue", queue]).await?;
        assert!(said.contains("sent again: 1") && !said.contains("left"), "{said}");
        let source = aws.name(&format!("{outputs}_queue"))?;
        let drained = async {
            while depth(queues, &source).await? > 0 || depth(queues, &dead).await? > 0 {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            anyhow::Ok(())
        };
        timeout(DELIVERY, drained)
            .await
            .with_context(|| format!("the message of {queue} is not taken"))??;
    }
    Ok(())
}

/// Redrives the dead letter of a step, with its body, message group and attributes.
async fn redrives_a_step(aws: &Aws, api: &client::Api, queues: &Client) -> Result<()> {
    let (source, dead) = (aws.name("render_steps_queue")?, aws.name("render_steps_dead_letters")?);
    let project = api.create_project(&text("The LORD is my light.")).await?.id;
    let job = api.render(&project, Some(DRAFT), None).await?;
    let tenant = api.account().await?.tenant.id;
    // The job is cancelled, so that the message has no effect.
    api.cancel(&job.id).await?;
    let body = json!({"tenant": tenant, "job": job.id, "step": "image-0000"});
    let send = queues.send_message().queue_url(&dead).message_body(body.to_string());
    send.message_group_id(&tenant).send().await?;
    let said = aws.operator_stdout(&["redrive", "--queue", "render-steps"]).await?;
    assert!(said.contains("sent again: 1") && !said.contains("left"), "{said}");
    let drained = async {
        while depth(queues, &source).await? > 0 || depth(queues, &dead).await? > 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::Ok(())
    };
    timeout(DELIVERY, drained).await.context("the step's message is not taken")??;
    assert_eq!(api.job(&job.id).await?.status, client::JobStatus::Cancelled);
    Ok(())
}

async fn depth(queues: &Client, queue: &str) -> Result<u64> {
    let asked = queues.get_queue_attributes().queue_url(queue).attribute_names("All".into()).send().await?;
    let counts = asked.attributes.unwrap_or_default();
    let count = |name: &str| -> u64 {
        let found = counts.iter().find(|(key, _)| key.as_str() == name);
        found.and_then(|(_, value)| value.parse().ok()).unwrap_or_default()
    };
    Ok(count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible"))
}
