//! What holds for every drawing, and what a few look like.

use publish::chart::Direction;
use publish::{Drawing, Svg, Width, WorldMap};

use crate::samples;

/// Every drawing of the samples, wide and narrow, in both directions of reading.
fn all() -> Vec<(String, Svg)> {
    let world = WorldMap::standard();
    let mut drawn = Vec::new();
    for width in [Width::Wide, Width::Narrow] {
        for right_to_left in [false, true] {
            let drawing = Drawing::new("p").width(width).right_to_left(right_to_left);
            let mut lying = samples::stacked();
            lying.direction = Direction::Horizontal;
            let mut upright = samples::bars();
            upright.direction = Direction::Vertical;
            for (name, svg) in [
                ("regions", samples::regions().svg(world, &drawing)),
                ("bubbles", samples::bubbles().svg(world, &drawing)),
                ("bars", samples::bars().svg(&drawing)),
                ("upright", upright.svg(&drawing)),
                ("stacked", samples::stacked().svg(&drawing)),
                ("lying", lying.svg(&drawing)),
                ("lines", samples::lines().svg(&drawing)),
                ("steps", samples::steps().svg(&drawing)),
                ("intervals", samples::intervals().svg(&drawing)),
            ] {
                drawn.push((format!("{name} {width:?} {right_to_left}"), svg));
            }
        }
    }
    drawn
}

#[test]
fn a_strict_page_can_carry_every_drawing() {
    for (name, svg) in all() {
        let text = svg.as_str();
        for forbidden in [
            "style=", "<style", "<script", "onload", "onclick", "NaN", "inf",
        ] {
            assert!(!text.contains(forbidden), "{name} has {forbidden}");
        }
        assert!(text.contains("role=\"img\""), "{name}");
        assert!(text.contains("aria-labelledby=\"p-t p-d\""), "{name}");
        assert!(text.contains("<title id=\"p-t\">") && text.contains("<desc id=\"p-d\">"));
    }
}

#[test]
fn identifiers_are_unique_and_all_that_is_named_exists() {
    for (name, svg) in all() {
        let ids: Vec<&str> = attribute(svg.as_str(), " id=\"").collect();
        let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}");
        assert!(ids.iter().all(|id| id.starts_with("p-")), "{name}");
        for used in attribute(svg.as_str(), "fill=\"url(#") {
            assert!(ids.contains(&used.trim_end_matches(')')), "{name}: {used}");
        }
    }
}

#[test]
fn every_class_is_in_the_style_sheet() {
    for (name, svg) in all() {
        let classes = attribute(svg.as_str(), "class=\"").flat_map(str::split_whitespace);
        for class in classes.filter(|class| !class.starts_with("map-texture")) {
            let rule = format!(".{class}");
            assert!(publish::STYLE.contains(&rule), "{name}: {rule}");
        }
    }
}

fn attribute<'a>(text: &'a str, open: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(open).map(move |(at, _)| {
        let rest = &text[at + open.len()..];
        &rest[..rest.find('"').unwrap_or(0)]
    })
}

#[test]
fn a_chart_is_small() {
    for (name, svg) in all() {
        if !name.starts_with("regions") && !name.starts_with("bubbles") {
            assert!(
                svg.as_str().len() < 10_000,
                "{name}: {}",
                svg.as_str().len()
            );
        }
    }
}

#[test]
fn text_from_data_cannot_become_markup() {
    let mut chart = samples::bars();
    chart.title = "<script>alert(1)</script>".into();
    chart.categories[0] = "\"><img src=x>".into();
    let svg = chart.svg(&Drawing::new("p\"><script>"));
    assert!(!svg.as_str().contains("<script") && !svg.as_str().contains("<img"));
}

#[test]
fn nothing_to_draw_is_drawn() {
    let mut chart = samples::bars();
    chart.categories.clear();
    chart.series.clear();
    for direction in [Direction::Horizontal, Direction::Vertical] {
        chart.direction = direction;
        assert!(chart.svg(&Drawing::new("p")).as_str().ends_with("</svg>"));
    }
    let mut map = samples::bubbles();
    map.bubbles.clear();
    let svg = map.svg(WorldMap::standard(), &Drawing::new("p"));
    assert!(!svg.as_str().contains("map-bubble"));
}

#[test]
fn areas_of_circles_are_in_proportion() {
    let svg = samples::bubbles().svg(WorldMap::standard(), &Drawing::new("p"));
    let circles = svg.as_str().split_once("map-bubble").expect("circles").1;
    let circles = circles.split_once("map-legend").expect("a legend").0;
    let radii: Vec<f64> = attribute(circles, " r=\"")
        .map(|radius| radius.parse().expect("a number"))
        .collect();
    // 2400, 1250, 900, ...: largest first, areas in proportion within the rounding of a tenth.
    assert!(radii.is_sorted_by(|a, b| a >= b), "{radii:?}");
    assert!((radii[0] - 28.0).abs() < 1e-9);
    assert!((radii[1] / radii[0] - (1250.0_f64 / 2400.0).sqrt()).abs() < 0.005);
}

#[test]
fn a_masked_value_is_hatched_and_shows_no_count() {
    let svg = samples::bars().svg(&Drawing::new("p"));
    assert!(svg.as_str().contains("Organ removal: &lt;5"));
    assert!(svg.as_str().contains("fill=\"url(#p-h0)\""));
    // Each way of telling a count of 0 to 4 in a label of the masked bar.
    for count in 0..5 {
        assert!(!svg.as_str().contains(&format!("Organ removal: {count}")));
    }
}

#[test]
fn a_withheld_count_among_estimates_is_a_band_without_a_point() {
    for width in [Width::Wide, Width::Narrow] {
        let svg = samples::intervals().svg(&Drawing::new("p").width(width));
        let band = "<title>Withheld: 20–240</title></rect>";
        assert_eq!(svg.as_str().matches(band).count(), 1);
        assert!(!svg.as_str().contains("Withheld: 20–240</title></circle>"));
    }
}

#[test]
fn no_line_leads_to_a_point_in_time_that_is_not_complete() {
    let lines = samples::lines();
    let mut whole = lines.clone();
    whole.incomplete.clear();
    let (svg, whole) = (lines.svg(&Drawing::new("p")), whole.svg(&Drawing::new("p")));
    assert_eq!(
        svg.as_str().matches("<circle class=\"line-hollow").count(),
        4
    );
    assert!(!whole.as_str().contains("line-hollow"));
    // Each line breaks once more than where months are missing: it begins again after the two.
    let begins = |svg: &Svg| {
        let paths = svg.as_str().split("<path class=\"line line-").skip(1);
        let paths = paths.filter_map(|path| path.split('>').next());
        paths.map(|path| path.matches('M').count()).sum::<usize>()
    };
    assert_eq!(begins(&svg), begins(&whole) + 2);
}

#[test]
fn what_cannot_be_estimated_has_no_point_and_says_why() {
    for width in [Width::Wide, Width::Narrow] {
        let chart = samples::intervals();
        let svg = chart.svg(&Drawing::new("p").width(width));
        let points = svg
            .as_str()
            .matches("<circle class=\"chart-point\"")
            .count();
        assert_eq!(points, 4);
        assert!(svg.as_str().contains("not estimable: no maximum"));
        // The half that has no limit is dotted; a bound without limits has no line at all.
        assert_eq!(svg.as_str().matches("chart-open").count(), 1);
    }
    let mut far = samples::intervals();
    far.rows.truncate(2);
    let svg = far.svg(&Drawing::new("p"));
    assert!(
        !svg.as_str().contains("9\u{202f}000"),
        "the axis stays with the estimates"
    );
}

#[test]
fn drawings_look_like_this() {
    let charts = [
        (
            "intervals_wide",
            samples::intervals().svg(&Drawing::new("p")),
        ),
        ("bars_wide", samples::bars().svg(&Drawing::new("p"))),
        (
            "bars_narrow",
            samples::bars().svg(&Drawing::new("p").width(Width::Narrow)),
        ),
        (
            "bubbles",
            samples::bubbles().svg(WorldMap::standard(), &Drawing::new("p")),
        ),
    ];
    for (name, svg) in charts {
        insta::assert_snapshot!(name, lines(&svg));
    }
    // The whole map is large; a few places of each kind show its form.
    let mut map = samples::regions();
    let kept = ["MLT", "ITA", "FRA", "TUN", "SYC"];
    map.places.retain(|code, _| kept.contains(&code.as_str()));
    let svg = map.svg(WorldMap::standard(), &Drawing::new("p"));
    insta::assert_snapshot!("choropleth", lines(&svg));
}

/// One element a line, and long paths cut: a change of an outline is not a change of form.
fn lines(svg: &Svg) -> String {
    let text = svg.as_str().replace("><", ">\n<");
    let cut = text.lines().map(|line| match line.char_indices().nth(160) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    });
    cut.collect::<Vec<_>>().join("\n")
}
