// One process and one browser for all tests: Chromium is started once.
import "./checks.test.js";
import "./demo.test.js";
import "./door.test.js";
import "./figures.test.js";
import "./import.test.js";
import "./lists.test.js";
import "./pages.test.js";
import "./release.test.js";
import "./story.test.js";
import "./synthetic.test.js";
