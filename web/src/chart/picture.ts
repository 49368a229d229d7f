import type { Theme } from "../state/useTheme";
import { fitted, type Spec } from "./fit";
import { viewOf } from "./view";

export type PictureKind = "svg" | "png";

const width = 860;
const pixels = 2; // of a bitmap, for each of the page

/** A chart as a file of its own: with its title, on the ground of the page. */
export async function picture(spec: Spec, theme: Theme, kind: PictureKind): Promise<Blob> {
  const background = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  const view = viewOf({ ...fitted(spec, width), background, padding: 16 }, theme);
  try {
    await view.runAsync();
    if (kind === "svg") return new Blob([await view.toSVG()], { type: "image/svg+xml" });
    const canvas = await view.toCanvas(pixels);
    return await new Promise((resolve, reject) => canvas.toBlob((b) => (b ? resolve(b) : reject(new Error("The picture could not be made."))), "image/png"));
  } finally {
    view.finalize();
  }
}
