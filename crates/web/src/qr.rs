//! A QR code as a drawing within the page: for the secret of an authenticator app, which must not
//! be fetched by an address of its own.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code (ISO/IEC 18004: four).
const QUIET: usize = 4;

/// The code as inline SVG, black on white in both colour schemes, hidden from screen readers: the
/// page says the same in letters beside it. None if the text is too long for a code.
pub(crate) fn qr_svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing to a string does not fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" aria-hidden=\"true\" focusable=\"false\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_within_its_white_border_and_carries_no_text() {
        let uri = "otpauth://totp/Palermo:worker?secret=JBSWY3DPEHPK3PXP&issuer=Palermo";
        let svg = qr_svg(uri).expect("it fits");
        assert!(svg.starts_with("<svg class=\"qr\" viewBox=\"0 0 45 45\""));
        assert!(!svg.contains("JBSW") && !svg.contains("style") && !svg.contains("href"));
        // The finder pattern in the upper left corner: seven dark modules from the border on.
        for x in QUIET..QUIET + 7 {
            assert!(svg.contains(&format!("M{x} {QUIET}h1")), "{x}");
        }
        assert!(!svg.contains(&format!("M{} {QUIET}h1", QUIET + 7)));
        assert!(!svg.contains("M3 "));
        assert!(qr_svg(&"x".repeat(3000)).is_none());
        assert_ne!(qr_svg("a"), qr_svg("b"));
    }
}
