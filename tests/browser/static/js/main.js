import { release } from "./release.js";

window.release = release;
window.importLater = () => import("./lazy.js");
