
const errors = [];
addEventListener("error", ({ message, target }) => errors.push(message ?? (target.src || target.href)), true);
addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));

const orders = {
  import: async () => { window.imported = (await window.importLater()).release; },
  // Nothing comes after these two.
  reload: () => { location.reload(); return new Promise(() => {}); },
  stay: () => new Promise(() => {}),
};

async function report() {
  const style = getComputedStyle(document.body);
  const background = new Image();
  background.src = style.backgroundImage.slice('url("'.length, -'")'.length);
  // Neither of these has to be there when the page has loaded.
  await Promise.allSettled([document.fonts.load("1em Ours"), background.decode()]);
  return {
    script: window.release,
    style: style.getPropertyValue("--release"),
    imported: window.imported,
    fonts: Array.from(document.fonts, ({ status }) => status),
    images: [background, ...document.images].map(({ naturalWidth }) => naturalWidth > 0),
    errors,
  };
}

addEventListener("load", async () => {
  for (;;) {
    const body = JSON.stringify(await report());
    const answer = await fetch(`report${location.search}`, { method: "POST", body });
    await orders[await answer.text()]();
  }
});
