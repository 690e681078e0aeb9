// A page outlives the session that it was made in: what is typed on it stays, and is sent once its person is back.
(() => {
  const FRESH = 20_000; // Milliseconds for which an answer counts, unless somebody was elsewhere meanwhile.
  let known = Date.now();
  let asking = null;

  const HEADERS = "hx-headers:inherited";
  const notice = () => document.getElementById("logged-out");
  const words = (id) => document.getElementById(id).content.cloneNode(true);
  const isOut = () => notice()?.childElementCount > 0; // A page of nobody, which the way back may show, has none.
  const headers = () => JSON.parse(document.body.getAttribute(HEADERS));

  // Show why the page can't be sent, by the id of what is said; nothing is said where it can.
  function tell(why) {
    if (!notice() || why === (notice().dataset.told ?? "")) return;
    notice().dataset.told = why;
    notice().replaceChildren(...(why ? [words(why)] : []));
  }

  function renew(token) {
    document.body.setAttribute(HEADERS, JSON.stringify({ ...headers(), "X-CSRFToken": token }));
    document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
  }

  // Somebody else is logged in now: the page is theirs anew. A form's answer has no address.
  const leave = () => location.replace(notice()?.dataset.home ?? location.pathname + location.search);

  // Another store is chosen by now, but the same person works in this page's store too.
  const isTheirs = (answer) => answer.headers.has("Page-Of") && document.getElementById("other-store-words");
  const isElsewhere = () => isOut() && notice().dataset.told === "other-store-words";

  // Tell whether the page can be sent as it stands.
  async function question() {
    const sent = { ...headers(), "HX-Request": "true" };
    const answer = await fetch(notice().dataset.ask, { headers: sent, cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (answer.status === 412) isTheirs(answer) ? tell("other-store-words") : leave();
    if (answer.status === 401) tell("logged-out-words");
    if (!answer.ok) return answer.status !== 401 && answer.status !== 412;
    renew((await answer.json()).csrf_token);
    known = Date.now();
    tell("");
    return true;
  }

  // Where the question itself fails, sending the page says why.
  const ask = () => (asking ??= question().catch(() => true).finally(() => { asking = null; }));
  const isSure = () => !isOut() && Date.now() - known < FRESH;

  // Sign a form that is no matter of this page's store with a token of the session as it is now.
  async function sign(form) {
    const answer = await fetch(notice().dataset.ask, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.ok) form.elements.csrf_token.value = (await answer.json()).csrf_token;
    return answer.ok;
  }

  // Choose this page's store once more, and stay on it.
  async function chooseAgain(form) {
    if (await sign(form)) await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    await ask();
  }

  let waiting = null;
  let passing = null;

  // On the window, after all who handle a form without sending it.
  window.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.matches("[data-store-again]")) {
      event.preventDefault();
      chooseAgain(form).catch(() => {}); // The notice stays, and so does its button.
      return;
    }
    const method = submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
    if (event.defaultPrevented || method.toLowerCase() !== "post" || form === passing) return;
    if (!waiting && isSure()) return;
    event.preventDefault();
    if (waiting) return;
    waiting = form;
    const fine = await ask();
    waiting = null;
    if (!fine && isElsewhere() && form.matches("[data-any-store]") && (await sign(form))) form.submit();
    if (!fine || !form.isConnected) return;
    passing = form;
    form.requestSubmit(submitter?.form === form ? submitter : null);
    passing = null;
  });

  async function send(address, request) {
    if (!isSure() && !(await ask())) return new Response(null, { status: 401 });
    const now = headers();
    if (request.body?.has("csrf_token")) request.body.set("csrf_token", now["X-CSRFToken"]);
    return fetch(address, { ...request, headers: { ...request.headers, ...now } });
  }

  document.addEventListener("htmx:before:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    if (request.method !== "GET") event.detail.ctx.fetch = send;
    else if (isOut() && sourceElement.matches("[data-every]")) event.preventDefault();
  });

  document.addEventListener("htmx:before:response", (event) => {
    const { status } = event.detail.ctx.response;
    if (status !== 401 && status !== 412) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (status === 401) tell("logged-out-words");
    else ask();
  }, true);

  function look() {
    if (document.visibilityState !== "visible") return;
    known = 0;
    if (isOut()) ask();
  }

  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  setInterval(() => { if (isOut()) look(); }, 15_000);
})();
