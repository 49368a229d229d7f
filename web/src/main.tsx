import "@fontsource-variable/inter/index.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/answer.css";
import "./styles/panel.css";
import "./styles/print.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
