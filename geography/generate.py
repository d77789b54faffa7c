"""Makes world.geojson, the map that the maps of this project are drawn from.

    npm pack world-atlas@2.0.2 && tar -xzf world-atlas-2.0.2.tgz
    python3 geography/generate.py package > geography/world.geojson

Reads countries-110m.json for the outlines, countries-50m.json and countries-10m.json for places
that are too small to have an outline, and ../codelists/places.csv for the codes. Needs nothing
but Python 3.9 or later. What it does, in order:

1. thins the borders that two places share once for both, so that no gap opens between them
   (Douglas and Peucker 1973, within TOLERANCE_DEGREES), and turns the topology into rings;
2. leaves out Antarctica, which no figure of this project is about;
3. cuts rings that cross the antimeridian at 180 degrees, so that no edge runs across the map;
4. rounds to 0.1 degree and drops repeated points, and rings with fewer than three;
5. adds one point, the centroid of its largest polygon, for each place without an outline.

Some territories are part of another place in Natural Earth. PARTS says near which position their
polygon lies; the position is only used to choose the polygon.
"""

import csv
import json
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
LEFT_OUT = {"ATA"}
TOLERANCE_DEGREES = 0.2  # about half a unit of the drawn map
NAMED_WITHOUT_CODE = {"Kosovo": "XKX"}
# territory: (place whose polygons hold it, roughly where)
PARTS = {
    "BES": ("NLD", -68.3, 12.2),
    "BVT": ("NOR", 3.4, -54.4),
    "CCK": ("Indian Ocean Ter.", 96.8, -12.2),
    "CXR": ("Indian Ocean Ter.", 105.6, -10.5),
    "GLP": ("FRA", -61.6, 16.2),
    "GUF": ("FRA", -53.1, 4.0),
    "MTQ": ("FRA", -61.0, 14.7),
    "MYT": ("FRA", 45.2, -12.8),
    "REU": ("FRA", 55.5, -21.1),
    "SJM": ("NOR", 16.0, 78.7),
    "TKL": ("NZL", -171.8, -9.2),
}


def places():
    """Code of each place of ISO 3166-1 by its number, and the set of all of them."""
    lines = (HERE.parent / "codelists" / "places.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    by_number, current = {}, set()
    for row in rows:
        if row["kind"] not in ("State", "Territory", "Area", "UserAssigned") or row["valid_to"]:
            continue
        current.add(row["code"])
        if row["m49"]:
            by_number[row["m49"].zfill(3)] = row["code"]
    return by_number, current


def thinned(arc, tolerance):
    """The arc without points that lie closer than the tolerance to the line of those kept."""
    keep = {0, len(arc) - 1}
    open_spans = [(0, len(arc) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        (x0, y0), (x1, y1) = arc[first], arc[last]
        length = math.hypot(x1 - x0, y1 - y0)
        farthest, distance = None, tolerance
        for index in range(first + 1, last):
            x, y = arc[index]
            if length == 0:
                away = math.hypot(x - x0, y - y0)
            else:
                away = abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length
            if away > distance:
                farthest, distance = index, away
        if farthest is not None:
            keep.add(farthest)
            open_spans += [(first, farthest), (farthest, last)]
    return [arc[index] for index in sorted(keep)]


def polygons_of(path, tolerance=0.0):
    """Yields (number, name, polygons) of each country of a topology."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(thinned(arc, tolerance) if tolerance else arc)

    def ring(indices):
        points = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points.extend(arc if not points else arc[1:])
        return points

    for country in topology["objects"]["countries"]["geometries"]:
        if country["type"] == "Polygon":
            polygons = [country["arcs"]]
        elif country["type"] == "MultiPolygon":
            polygons = country["arcs"]
        else:
            continue
        yield (
            country.get("id"),
            country["properties"]["name"],
            [[ring(indices) for indices in polygon] for polygon in polygons],
        )


def unrolled(ring):
    """The ring with longitudes that run on past 180 instead of jumping to -180."""
    points = [ring[0]]
    for longitude, latitude in ring[1:]:
        previous = points[-1][0]
        while longitude - previous > 180:
            longitude -= 360
        while longitude - previous < -180:
            longitude += 360
        points.append((longitude, latitude))
    return points


def clipped(ring, limit, keep_below):
    """The part of the ring on one side of a meridian (Sutherland and Hodgman's clipping)."""
    inside = (lambda x: x <= limit) if keep_below else (lambda x: x >= limit)
    kept = []
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1]):
        if inside(x0):
            kept.append((x0, y0))
        if inside(x0) != inside(x1):
            kept.append((limit, y0 + (y1 - y0) * (limit - x0) / (x1 - x0)))
    return kept


def cut(polygon):
    """The polygon cut at the antimeridian, as polygons within -180..180."""
    rings = [unrolled(ring) for ring in polygon]
    parts = []
    for turn in (-360, 0, 360):
        moved = [[(x + turn, y) for x, y in ring] for ring in rings]
        kept = [clipped(clipped(ring, 180, True), -180, False) for ring in moved]
        if kept and len(kept[0]) >= 3:
            parts.append([ring for ring in kept if len(ring) >= 3])
    return parts


def rounded(ring):
    """The ring at 0.1 degree, closed, without repeated points; None when nothing is left."""
    points = []
    for x, y in ring:
        point = (round(x, 1) + 0.0, round(y, 1) + 0.0)
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(set(points)) < 3:
        return None
    return [list(point) for point in points + points[:1]]


def area_and_centroid(ring):
    """Planar area (signed, square degrees) and centroid of a ring, unrolled."""
    ring = unrolled(ring)
    doubled = x_sum = y_sum = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1]):
        cross = x0 * y1 - x1 * y0
        doubled += cross
        x_sum += (x0 + x1) * cross
        y_sum += (y0 + y1) * cross
    if doubled == 0:
        return 0.0, ring[0]
    longitude = x_sum / (3 * doubled)
    longitude = (longitude + 180) % 360 - 180
    return doubled / 2, (longitude, y_sum / (3 * doubled))


def outlines(package, by_number):
    for number, name, polygons in polygons_of(
        package / "countries-110m.json", TOLERANCE_DEGREES
    ):
        code = by_number.get(number) if number else NAMED_WITHOUT_CODE.get(name)
        if code in LEFT_OUT:
            continue
        parts = []
        for polygon in polygons:
            for part in cut(polygon):
                rings = [ring for ring in map(rounded, part) if ring]
                if rings:
                    parts.append(rings)
        properties = {"code": code} if code else {"name": name}
        yield code, {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "MultiPolygon", "coordinates": parts},
        }


def points(package, by_number, wanted):
    """One point for each wanted code, from the coarsest file that has the place."""
    found = {}
    for file in ("countries-50m.json", "countries-10m.json"):
        by_place = {}
        for number, name, polygons in polygons_of(package / file):
            place = by_number.get(number, name) if number else NAMED_WITHOUT_CODE.get(name, name)
            by_place.setdefault(place, []).extend(
                area_and_centroid(polygon[0]) for polygon in polygons
            )
        for code in sorted(wanted - found.keys()):
            if code in by_place:
                found[code] = max(by_place[code], key=lambda part: abs(part[0]))[1]
            elif code in PARTS:
                host, x, y = PARTS[code]
                near = [
                    part
                    for part in by_place.get(host, [])
                    if abs(part[1][0] - x) < 1.5 and abs(part[1][1] - y) < 1.5
                ]
                if near:
                    found[code] = max(near, key=lambda part: abs(part[0]))[1]
    return found


def main():
    package = pathlib.Path(sys.argv[1])
    by_number, current = places()
    features = list(outlines(package, by_number))
    drawn = {code for code, _ in features if code}
    wanted = current - drawn - LEFT_OUT
    found = points(package, by_number, wanted)
    features = sorted(
        features, key=lambda item: (item[0] is None, item[0] or item[1]["properties"]["name"])
    )
    lines = [json.dumps(feature, separators=(",", ":")) for _, feature in features]
    for code in sorted(found):
        x, y = found[code]
        feature = {
            "type": "Feature",
            "properties": {"code": code, "role": "point"},
            "geometry": {"type": "Point", "coordinates": [round(x, 1), round(y, 1)]},
        }
        lines.append(json.dumps(feature, separators=(",", ":")))
    print('{"type":"FeatureCollection","features":[')
    print(",\n".join(lines))
    print("]}")
    missing = sorted(wanted - found.keys())
    print(f"{len(drawn)} outlines, {len(found)} points; neither: {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
