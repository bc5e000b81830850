const meter = document.querySelector(".meter");
const assets = performance
  .getEntriesByType("resource")
  .filter((entry) => /\.[0-9a-f]{12}\./.test(entry.name));

meter.textContent = "#".repeat(assets.length);
meter.title = `${assets.length} hashed assets came from the bucket`;
