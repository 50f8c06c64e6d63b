// The drawings take a second or two to make: they are asked for when they come into view.
const FILTERS = ["account", "filter", "time"];

async function draw(place, api) {
  const asked = new URLSearchParams(window.location.search);
  const params = Object.fromEntries(
    FILTERS.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]),
  );
  try {
    const answer = await api.request("dessins", "GET", params, undefined, "raw");
    if (!answer.ok) throw new Error(answer.statusText);
    place.innerHTML = await answer.text();
  } catch {
    place.textContent = "Les dessins n’ont pas pu être faits.";
  }
}

// Fava sorts when a title is clicked, which its button does by keyboard too; what it does not do is
// tell the order to whoever does not see the arrow.
function tellOrder({ target }) {
  const title = target.closest("th[data-sort]");
  if (!title) return;
  for (const column of title.parentElement.children) {
    const order = column.getAttribute("data-order");
    if (order) column.setAttribute("aria-sort", order === "asc" ? "ascending" : "descending");
    else column.removeAttribute("aria-sort");
  }
}

export default {
  onExtensionPageLoad({ api }) {
    document.querySelector(".relances")?.addEventListener("click", tellOrder);
    const place = document.getElementById("relances-dessins");
    if (!place) return;
    const eye = new IntersectionObserver((seen) => {
      if (seen.some((each) => each.isIntersecting)) {
        eye.disconnect();
        draw(place, api);
      }
    });
    eye.observe(place);
  },
};
