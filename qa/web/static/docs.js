// GET /docs: Swagger UI over the schema of the routes, without its badge, which an outside server would draw.
SwaggerUIBundle({ url: "/openapi.json", domNode: document.getElementById("routes"), deepLinking: true, validatorUrl: null });
