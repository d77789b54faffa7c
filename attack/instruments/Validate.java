import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.opendatakit.validate.ErrorListener;
import org.opendatakit.validate.FormValidator;

/**
 * ODK Validate over many forms in one process. Reads the paths of XForms, one a line; writes for each
 * a line: the path, a tab, `ok` or `refused`, a tab, and what was said, on one line.
 */
public final class Validate {
    private static final int SAID_MAX = 600;

    private Validate() {}

    /** Gathers what is said of one form. */
    private static final class Said implements ErrorListener {
        final StringBuilder text = new StringBuilder();
        boolean refused;

        @Override
        public void error(Object message) {
            refused = true;
            text.append(message).append(' ');
        }

        @Override
        public void error(Object message, Throwable cause) {
            error(message + " " + cause.getMessage());
        }

        @Override
        public void info(Object message) {}
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        // What the engine prints by itself is none of the answer.
        System.setOut(System.err);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = lines.readLine(); path != null; path = lines.readLine()) {
            Said said = new Said();
            try {
                new FormValidator().setErrorListener(said).validate(path);
            } catch (Throwable failure) {
                said.error("failed", failure);
            }
            String text = said.text.toString().replaceAll("\\s+", " ").trim();
            text = text.substring(0, Math.min(text.length(), SAID_MAX));
            out.println(path + "\t" + (said.refused ? "refused" : "ok") + "\t" + text);
        }
    }
}
