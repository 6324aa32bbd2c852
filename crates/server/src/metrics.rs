//! Metrics, as Prometheus reads them: what each is called, and where it is counted.

use axum::http::Method;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// Upper bounds of the buckets of times, in seconds: fine where the promises are.
const SECONDS: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Upper bounds of the buckets of sizes of batches.
const SIZES: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// The recorder of this process, made at the first call.
pub fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        // Buckets are refused only when there are none.
        let builder = builder.set_buckets(&SECONDS).unwrap_or_else(|_| PrometheusBuilder::new());
        let sized = Matcher::Full("pointsman_batch_size".to_owned());
        let builder = builder.set_buckets_for_metric(sized, &SIZES).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_ok() {
            describe();
        }
        handle
    })
}

fn describe() {
    describe_counter!("pointsman_requests_total", "HTTP requests, by route, method and status");
    describe_histogram!("pointsman_request_seconds", "Time to answer an HTTP request, by route and method");
    describe_counter!("pointsman_leads_total", "Leads taken in, by outcome");
    describe_histogram!("pointsman_batch_size", "Requests that became true in one transaction");
    describe_histogram!("pointsman_batch_seconds", "Time of one transaction");
    describe_gauge!("pointsman_queue", "Requests that wait for the writer");
    describe_counter!("pointsman_busy_total", "Requests refused because the writer's queue was full");
    describe_counter!("pointsman_store_errors_total", "Transactions that failed and were taken back");
    describe_counter!("pointsman_deliveries_total", "Attempts to deliver a message, by channel and result");
    describe_histogram!("pointsman_delivery_seconds", "Time of one attempt to deliver, by channel");
    describe_gauge!("pointsman_messages_waiting", "Messages that wait for their delivery");
    describe_gauge!("pointsman_messages_dead", "Messages that were given up");
    describe_histogram!("pointsman_clock_lateness_seconds", "How late a clock fired");
    describe_gauge!("pointsman_unaccounted_leads", "Leads in against leads out: any number but 0 is an alarm");
    describe_counter!("pointsman_reconciliations_total", "Times that leads in were counted against leads out, by result");
}

/// A request was answered.
pub fn answered(route: &str, method: &Method, status: u16, time: Duration) {
    // Anybody can make up methods: those that nobody knows are counted together.
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let method = if known.contains(method) { method.as_str() } else { "other" };
    let (route, method) = (route.to_owned(), method.to_owned());
    histogram!("pointsman_request_seconds", "route" => route.clone(), "method" => method.clone()).record(time);
    counter!("pointsman_requests_total", "route" => route, "method" => method, "status" => status.to_string()).increment(1);
}

/// A transaction became true.
pub fn committed(requests: usize, waiting: usize, time: Duration) {
    histogram!("pointsman_batch_size").record(requests as f64);
    histogram!("pointsman_batch_seconds").record(time);
    gauge!("pointsman_queue").set(waiting as f64);
}

/// A transaction failed and was taken back.
pub fn store_failed() {
    counter!("pointsman_store_errors_total").increment(1);
}

/// A request was refused because the queue was full.
pub fn busy() {
    counter!("pointsman_busy_total").increment(1);
}

/// A lead was taken in.
pub fn took_in(outcome: &str) {
    counter!("pointsman_leads_total", "outcome" => outcome.to_owned()).increment(1);
}

/// An attempt to deliver a message ended.
pub fn delivered(channel: &str, result: &'static str, time: Duration) {
    histogram!("pointsman_delivery_seconds", "channel" => channel.to_owned()).record(time);
    counter!("pointsman_deliveries_total", "channel" => channel.to_owned(), "result" => result).increment(1);
}

/// How many messages wait, and how many were given up.
pub fn outbox(waiting: u64, dead: u64) {
    gauge!("pointsman_messages_waiting").set(waiting as f64);
    gauge!("pointsman_messages_dead").set(dead as f64);
}

/// A clock fired, so much after it was due.
pub fn fired(late: Duration) {
    histogram!("pointsman_clock_lateness_seconds").record(late);
}

/// Leads in were counted against leads out.
pub fn reconciled(differences: u64) {
    gauge!("pointsman_unaccounted_leads").set(differences as f64);
    counter!("pointsman_reconciliations_total", "result" => if differences == 0 { "equal" } else { "different" }).increment(1);
}
