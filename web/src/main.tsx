import "@fontsource-variable/inter/index.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/composer.css";
import "./styles/start.css";
import "./styles/uploads.css";
import "./styles/narrow.css";
import "./styles/answer.css";
import "./styles/result.css";
import "./styles/working.css";
import "./styles/panel.css";
import "./styles/print.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Door } from "./Door";
import { readArrival } from "./lib/route";

// The secret of a one-time link goes out of the address, and so out of the
// history, before anything else.
const arrival = readArrival(window.location.pathname, window.location.hash);
if (arrival?.token) window.history.replaceState(null, "", window.location.pathname);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Door arrival={arrival} />
  </StrictMode>,
);
