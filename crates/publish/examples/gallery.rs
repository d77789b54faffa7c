//! Writes one page with every kind of drawing, to be looked at:
//! `cargo run --release -p publish --example gallery -- gallery.html`

#[path = "../tests/it/samples.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod samples;

use publish::{Choropleth, Drawing, Svg, Width, WorldMap};

type Draw<'a> = &'a dyn Fn(&Drawing<'_>) -> Svg;

fn main() -> std::io::Result<()> {
    let file = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "gallery.html".to_owned());
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Gallery</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>\
         body{font-family:\"Noto Sans\",\"DejaVu Sans\",sans-serif;margin:1rem;\
         background:var(--paper);color:var(--ink)}ul{columns:2}li{list-style:none}",
    );
    page.push_str(publish::STYLE);
    page.push_str("</style>");
    let world = WorldMap::standard();
    choropleth(&mut page, &samples::regions(), "regions");
    choropleth(&mut page, &samples::by_subregion(), "symbols");
    let bubbles = samples::bubbles().svg(world, &Drawing::new("bubbles"));
    page.push_str(&format!("<h2>Bubbles</h2>{bubbles}"));
    let mut upright = samples::bars();
    upright.direction = publish::chart::Direction::Vertical;
    let mut lying = samples::stacked();
    lying.direction = publish::chart::Direction::Horizontal;
    let charts: [(&str, Draw<'_>); 6] = [
        ("bars", &|drawing| samples::bars().svg(drawing)),
        ("upright", &|drawing| upright.svg(drawing)),
        ("stacked", &|drawing| samples::stacked().svg(drawing)),
        ("lying", &|drawing| lying.svg(drawing)),
        ("lines", &|drawing| samples::lines().svg(drawing)),
        ("steps", &|drawing| samples::steps().svg(drawing)),
    ];
    for (name, draw) in charts {
        for right_to_left in [false, true] {
            pair(&mut page, name, draw, right_to_left);
        }
    }
    page.push_str("</html>");
    std::fs::write(file, page)
}

fn choropleth(page: &mut String, map: &Choropleth, name: &str) {
    let svg = map.svg(WorldMap::standard(), &Drawing::new(name));
    page.push_str(&format!("<h2>{name}</h2>{svg}<ul>"));
    for entry in map.legend(&Drawing::new(&format!("{name}-l"))) {
        let (swatch, name, places) = (entry.swatch, entry.name, entry.places);
        page.push_str(&format!("<li>{swatch} {name}: {places}</li>"));
    }
    page.push_str("</ul>");
}

fn pair(page: &mut String, name: &str, draw: Draw<'_>, right_to_left: bool) {
    let way = if right_to_left { "rtl" } else { "ltr" };
    page.push_str(&format!(
        "<h2>{name} {way}</h2><div class=\"figure-pair\" dir=\"{way}\">"
    ));
    for (suffix, width) in [("w", Width::Wide), ("n", Width::Narrow)] {
        let prefix = format!("{name}-{way}-{suffix}");
        let drawing = Drawing::new(&prefix)
            .width(width)
            .right_to_left(right_to_left);
        page.push_str(draw(&drawing).as_str());
    }
    page.push_str("</div>");
}
