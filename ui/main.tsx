import { render } from "solid-js/web";
import { App } from "./routes.tsx";
import "./theme.css";

const root = document.getElementById("root");
if (root) render(() => <App />, root);
