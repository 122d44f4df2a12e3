// The dashboard's beginning: theme, session, and the page that the URL names.

import { render } from "preact";
import { App } from "./app";
import { followLinks } from "./state/location";
import { askSession } from "./state/session_state";
import { applyTheme } from "./state/theme";
import "./styles/all.css";

applyTheme();
followLinks();
askSession();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
