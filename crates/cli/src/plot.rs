//! A picture of precision and recall over thresholds, as SVG.

use crate::score::Point;
use std::fmt::Write;

/// Of the picture and its margin, in pixels.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 50.0;
/// What the vertical axis begins at: below, nobody would use it.
const LEAST: f64 = 0.5;

/// Two lines over the threshold, with axes and a legend.
pub fn svg(curve: &[Point]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for tenth in 0..=10_u8 {
        let share = f64::from(tenth) / 10.0;
        let at = x(share);
        let _ = writeln!(svg, "<text x=\"{at:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{share:.1}</text>", HEIGHT - MARGIN + 18.0);
        if share >= LEAST {
            let at = y(share);
            let _ = writeln!(svg, "<line x1=\"{MARGIN}\" x2=\"{:.0}\" y1=\"{at:.0}\" y2=\"{at:.0}\" stroke=\"#ddd\"/>", WIDTH - MARGIN);
            let _ = writeln!(svg, "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{share:.1}</text>", MARGIN - 6.0, at + 4.0);
        }
    }
    line(&mut svg, curve, "precision", "#1f6feb", 20.0, Point::precision);
    line(&mut svg, curve, "recall", "#d4542b", 36.0, Point::recall);
    let _ = writeln!(svg, "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">threshold</text>\n</svg>", WIDTH / 2.0, HEIGHT - 10.0);
    svg
}

fn line(svg: &mut String, curve: &[Point], name: &str, colour: &str, legend: f64, of: fn(&Point) -> f64) {
    let points: Vec<String> = curve.iter().map(|point| format!("{:.1},{:.1}", x(point.threshold), y(of(point)))).collect();
    let _ = writeln!(svg, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>", points.join(" "));
    let _ = writeln!(svg, "<text x=\"{:.0}\" y=\"{legend}\" fill=\"{colour}\">{name}</text>", MARGIN + 10.0);
}

fn x(threshold: f64) -> f64 {
    MARGIN + threshold * (WIDTH - 2.0 * MARGIN)
}

fn y(share: f64) -> f64 {
    HEIGHT - MARGIN - (share.max(LEAST) - LEAST) / (1.0 - LEAST) * (HEIGHT - 2.0 * MARGIN)
}
