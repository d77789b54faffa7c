// Passkeys: the one script of Palermo, on the pages that need it alone. A form with
// data-passkey="create" or "get" carries what the browser is to be asked in data-options, and a
// hidden field named answer for what the authenticator says. It is hidden until this script finds
// that the browser knows passkeys; without script the page is whole without it.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (options) => {
    const user = { ...options.user, id: bytes(options.user.id) };
    const excludeCredentials = known(options.excludeCredentials);
    const challenge = bytes(options.challenge);
    const publicKey = { ...options, user, challenge, excludeCredentials };
    const made = await navigator.credentials.create({ publicKey });
    return [made, { attestationObject: text(made.response.attestationObject) }];
  };
  const get = async (options) => {
    const allowCredentials = known(options.allowCredentials);
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials };
    const made = await navigator.credentials.get({ publicKey });
    const { authenticatorData, signature, userHandle } = made.response;
    return [
      made,
      {
        authenticatorData: text(authenticatorData),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    ];
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const ask = form.dataset.passkey === "create" ? create : get;
    const failed = form.querySelector("[data-passkey-failed]");
    let asking = false;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (asking) return;
      asking = true;
      if (failed) failed.hidden = true;
      try {
        const [made, response] = await ask(JSON.parse(form.dataset.options));
        response.clientDataJSON = text(made.response.clientDataJSON);
        const { id, type } = made;
        form.elements.answer.value = JSON.stringify({ id, rawId: text(made.rawId), type, response });
        form.submit();
      } catch {
        asking = false;
        if (failed) failed.hidden = false;
      }
    });
  }
})();
