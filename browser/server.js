// A small server of pages made for the checks' own tests.
import { createServer } from "node:http";

export const STRICT =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'";

// `pages` maps a path (without its query) to a body, or to { status, headers, body }.
export async function serve(pages) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const found = pages[pathname];
    const page = typeof found === "string" ? { body: found } : found;
    const headers = {
      "content-type": pathname.endsWith(".css") ? "text/css" : "text/html; charset=utf-8",
      "content-security-policy": STRICT,
      ...page?.headers,
    };
    response.writeHead(page ? (page.status ?? 200) : 404, headers);
    response.end(page?.body ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
