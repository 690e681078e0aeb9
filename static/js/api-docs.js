// Shows the OpenAPI document; nothing comes from outside this server.
window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api");
  SwaggerUIBundle({
    url: place.dataset.url,
    domNode: place,
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
  });
});
