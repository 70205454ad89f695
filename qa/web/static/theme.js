// The colours that the reader chose, before anything is drawn. Gradio follows the system by itself: what it sets is set
// right before the browser draws again. Loaded as a plain script, since a module would come too late.

{
  const THEME = "article-qa-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  const stored = () => {
    try {
      return localStorage.getItem(THEME);
    } catch {
      return null; // a browser that stores nothing
    }
  };

  const apply = () => {
    const theme = ["light", "dark"].includes(stored()) ? stored() : "";
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    const isDark = theme ? theme === "dark" : system.matches;
    if (document.body && document.body.classList.contains("dark") !== isDark) {
      document.body.classList.toggle("dark", isDark);
    }
  };

  apply();
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });
  addEventListener("storage", ({ key }) => key === THEME && apply()); // chosen in another tab
  document.addEventListener("theme-chosen", ({ detail }) => {
    if (detail) localStorage.setItem(THEME, detail);
    else localStorage.removeItem(THEME);
    apply();
  });
}
