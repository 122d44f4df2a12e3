/** The text of src/api/schema.ts for an OpenAPI 3.1 description. */
export function clientTypes(description: object): string;
