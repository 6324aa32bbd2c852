//! Time and memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Nanoseconds per item: the median of seven runs of at least 50 ms each, after a warm-up.
pub fn median_ns<T, R>(items: &[T], mut work: impl FnMut(&T) -> R) -> f64 {
    let mut run = |least: Duration| {
        let (start, mut passes) = (Instant::now(), 0_u32);
        while start.elapsed() < least || passes == 0 {
            for item in items {
                black_box(work(black_box(item)));
            }
            passes += 1;
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(passes) / items.len() as f64
    };
    run(Duration::from_millis(20));
    let mut runs: Vec<f64> = (0..7).map(|_| run(Duration::from_millis(50))).collect();
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// Memory in use as the system sees it, where it says so; 0 elsewhere. Coarse: freed memory may still count.
pub fn resident_mib() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4096.0 / 1_048_576.0
}
