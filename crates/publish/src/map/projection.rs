//! The Equal Earth projection.
//!
//! B. Šavrič, T. Patterson and B. Jenny, "The Equal Earth map projection", International Journal
//! of Geographical Information Science 33 (2019), no. 3, pp. 454-465, published online 2018,
//! doi:10.1080/13658816.2018.1504949. Equations (1) to (3) and the constants of its section 3.
//! Areas are kept, so that a large class on the map is a large part of the world's land; and the
//! outline is plainly a globe's.

/// Constants of the polynomial.
const A1: f64 = 1.340_264;
const A2: f64 = -0.081_106;
const A3: f64 = 0.000_893;
const A4: f64 = 0.003_796;

/// Projects a longitude and latitude in degrees on a sphere of radius one: x grows eastwards, y
/// northwards. The central meridian is Greenwich.
#[must_use]
pub fn equal_earth(longitude: f64, latitude: f64) -> (f64, f64) {
    let m = 3.0_f64.sqrt() / 2.0;
    let theta = (m * latitude.to_radians().sin()).asin();
    let t2 = theta * theta;
    let t6 = t2 * t2 * t2;
    let slope = A1 + 3.0 * A2 * t2 + t6 * (7.0 * A3 + 9.0 * A4 * t2);
    let x = longitude.to_radians() * theta.cos() / (m * slope);
    let y = theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_map_is_as_wide_and_high_as_published() {
        // The paper gives an aspect of 2.05458 to 1.
        let (x, _) = equal_earth(180.0, 0.0);
        let (_, y) = equal_earth(0.0, 90.0);
        assert!((x / y - 2.05458).abs() < 5e-5, "{}", x / y);
        // And a pole line of 0.59247 times the equator.
        let (pole, _) = equal_earth(180.0, 90.0);
        assert!((pole / x - 0.59247).abs() < 5e-5, "{}", pole / x);
    }

    #[test]
    fn it_agrees_with_the_published_grid() {
        // Bounds of EPSG:8857 (Equal Earth Greenwich, WGS 84), as PROJ gives them in metres. At
        // the equator and the poles the ellipsoid's own form is the sphere of the same area.
        const RADIUS_OF_EQUAL_AREA_METRES: f64 = 6_371_007.180_9;
        let metres = |longitude, latitude| {
            let (x, y) = equal_earth(longitude, latitude);
            (
                x * RADIUS_OF_EQUAL_AREA_METRES,
                y * RADIUS_OF_EQUAL_AREA_METRES,
            )
        };
        let (equator, _) = metres(180.0, 0.0);
        let (pole, north) = metres(180.0, 90.0);
        assert!((equator - 17_243_959.06).abs() < 0.01, "{equator}");
        assert!((pole - 10_216_474.79).abs() < 0.01, "{pole}");
        assert!((north - 8_392_927.60).abs() < 0.01, "{north}");
    }

    #[test]
    fn areas_are_kept() {
        // The whole map has the area of the sphere, 4 pi; summed by trapezia from pole to pole.
        let steps = 20_000;
        let mut area = 0.0;
        for step in 0..steps {
            let at = |index: i32| {
                equal_earth(180.0, -90.0 + 180.0 * f64::from(index) / f64::from(steps))
            };
            let ((x0, y0), (x1, y1)) = (at(step), at(step + 1));
            area += (x0 + x1) * (y1 - y0);
        }
        assert!((area - 4.0 * std::f64::consts::PI).abs() < 1e-3, "{area}");
    }

    proptest! {
        #[test]
        fn it_is_symmetric(longitude in -180.0..180.0_f64, latitude in -90.0..90.0_f64) {
            let (x, y) = equal_earth(longitude, latitude);
            let (west, _) = equal_earth(-longitude, latitude);
            let (_, south) = equal_earth(longitude, -latitude);
            prop_assert!((x + west).abs() < 1e-12);
            prop_assert!((y + south).abs() < 1e-12);
        }

        #[test]
        fn north_is_up_and_east_is_right(
            longitude in -180.0..179.0_f64, latitude in -90.0..89.0_f64, step in 0.001..1.0_f64
        ) {
            let (x, y) = equal_earth(longitude, latitude);
            prop_assert!(equal_earth(longitude + step, latitude).0 > x);
            prop_assert!(equal_earth(longitude, latitude + step).1 > y);
        }
    }
}
