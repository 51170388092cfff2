//! Explanations of the codes for OpenAPI documents.

use super::{Code, Explanation};

pub(super) fn of(code: Code) -> Option<Explanation> {
    Some(match code {
        Code::NotOpenApi => Explanation {
            meaning: "The document has no `openapi` field with a version at its root.",
            bad: "\
info:
  title: Shop
paths: {}
",
            good: "\
openapi: 3.0.3
info:
  title: Shop
  version: 1.0.0
paths: {}
",
            fix: "Add the `openapi` field, or pass an Arazzo document with `--arazzo`.",
        },
        Code::Swagger2 => Explanation {
            meaning: "Only OpenAPI 3 is supported. Swagger 2.0 describes bodies, servers and security differently.",
            bad: "\
swagger: '2.0'
",
            good: "\
openapi: 3.0.3
",
            fix: "Convert the document to OpenAPI 3.0, and commit the result.",
        },
        Code::OpenApiVersion => Explanation {
            meaning: "Versions 3.0, 3.1 and 3.2 are supported.",
            bad: "\
openapi: 4.0.0
",
            good: "\
openapi: 3.0.3
",
            fix: "Convert the document to one of these versions.",
        },
        Code::Malformed => Explanation {
            meaning: "A part of the document has another type than the OpenAPI specification requires, or a required \
                      part is missing.",
            bad: "\
paths:
  /orders: []
",
            good: "\
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: The orders.
",
            fix: "Correct the marked part, with an overlay if you do not maintain the document.",
        },
        Code::DanglingReference => Explanation {
            meaning: "A `$ref` points to a part of the document that does not exist. If it is used as a schema, any \
                      JSON value is accepted and the finding is a warning.",
            bad: "\
schema:
  $ref: '#/components/schemas/Ordr'
",
            good: "\
schema:
  $ref: '#/components/schemas/Order'
",
            fix: "Correct the reference, or add the component.",
        },
        Code::ExternalReference => Explanation {
            meaning: "Only references within a document are followed.",
            bad: "\
schema:
  $ref: 'orders.yml#/Order'
",
            good: "\
schema:
  $ref: '#/components/schemas/Order'
",
            fix: "Bundle the documents into one before generating.",
        },
        Code::CircularReference => Explanation {
            meaning: "Following a `$ref` leads to the same `$ref` again, so it has no definition.",
            bad: "\
components:
  parameters:
    Limit:
      $ref: '#/components/parameters/Limit'
",
            good: "\
components:
  parameters:
    Limit:
      name: limit
      in: query
      schema:
        type: integer
",
            fix: "Replace one of the references with a definition.",
        },
        Code::ComponentNameClash => Explanation {
            meaning: "Component names become Rust type names. The name is already taken, by a component that differs \
                      only in spelling or by a type that generated code uses.",
            bad: "\
components:
  schemas:
    Vec:
      type: object
",
            good: "\
components:
  schemas:
    Vector:
      type: object
",
            fix: "Rename the component, or keep the name in the message.",
        },
        Code::PropertyNameClash => Explanation {
            meaning: "Property names become Rust field names. Two properties of an object become the same field; the \
                      second one gets a field of another name.",
            bad: "\
properties:
  created-at:
    type: string
  created_at:
    type: string
",
            good: "\
properties:
  created_at:
    type: string
",
            fix: "Remove one of the properties, or read the second one from `extra`.",
        },
        Code::ConflictingProperty => Explanation {
            meaning: "Members of an `allOf` declare a property with different schemas. The last declaration is used.",
            bad: "\
allOf:
  - properties:
      count:
        type: string
  - properties:
      count:
        type: integer
",
            good: "\
allOf:
  - properties:
      count:
        type: integer
",
            fix: "Declare the property once, or the same way everywhere.",
        },
        Code::UnsupportedComposition => Explanation {
            meaning: "No value can satisfy all members of the `allOf`. The generated type accepts any JSON value.",
            bad: "\
allOf:
  - type: integer
  - type: object
",
            good: "\
oneOf:
  - type: integer
  - type: object
",
            fix: "Use `oneOf` for alternatives, or correct the type of a member.",
        },
        Code::TooManyCombinations => Explanation {
            meaning: "An `allOf` of several `oneOf` or `anyOf` has one type per combination. There are more \
                      combinations than the generator supports.",
            bad: "\
# five times the same choice of six schemas
allOf:
  - oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
  - oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
",
            good: "\
oneOf:
  - $ref: '#/components/schemas/A'
  - $ref: '#/components/schemas/B'
",
            fix: "Write the combinations that occur as one `oneOf`.",
        },
        Code::SelfContainingSchema => Explanation {
            meaning: "A schema refers to itself as an alternative, a member of `allOf`, an alias, or a required property. \
                      A recursive schema needs an optional property, an item or a map value in between.",
            bad: "\
components:
  schemas:
    Category:
      $ref: '#/components/schemas/Category'
",
            good: "\
components:
  schemas:
    Category:
      type: object
      properties:
        parent:
          $ref: '#/components/schemas/Category'
",
            fix: "Refer to the schema from a property, an item or a map value.",
        },
        Code::RequiredUndeclared => Explanation {
            meaning: "A name in `required` has no declaration under `properties`. The property is treated as optional \
                      and accepts any JSON value.",
            bad: "\
type: object
required: [id, price]
properties:
  id:
    type: string
",
            good: "\
type: object
required: [id, price]
properties:
  id:
    type: string
  price:
    type: number
",
            fix: "Declare the property, or remove its name from `required`.",
        },
        Code::DuplicatePath => Explanation {
            meaning: "Two path templates are the same except for the names in braces, so they match the same requests. \
                      The specification forbids it.",
            bad: "\
paths:
  /orders/{id}: {}
  /orders/{order_id}: {}
",
            good: "\
paths:
  /orders/{order_id}: {}
",
            fix: "Write all operations under one of the paths.",
        },
        Code::DuplicateParameter => Explanation {
            meaning: "A list of parameters has two with the same name and location.",
            bad: "\
parameters:
  - {name: limit, in: query, schema: {type: integer}}
  - {name: limit, in: query, schema: {type: string}}
",
            good: "\
parameters:
  - {name: limit, in: query, schema: {type: integer}}
",
            fix: "Remove one of the parameters, or correct its name or location.",
        },
        Code::InvalidStatus => Explanation {
            meaning: "The keys of `responses` are status codes, ranges of them such as `4XX`, and `default`. A response \
                      under another key never applies.",
            bad: "\
responses:
  '2000':
    description: The order.
",
            good: "\
responses:
  '200':
    description: The order.
",
            fix: "Correct the status code.",
        },
        Code::InvalidEnum => Explanation {
            meaning: "An `enum` has no values, has a value twice, or has one that the `type` next to it rejects. The \
                      last also applies to a `const`.",
            bad: "\
type: string
enum: [open, closed, open]
",
            good: "\
type: string
enum: [open, closed]
",
            fix: "Remove or correct the value.",
        },
        Code::ContradictoryConstraints => Explanation {
            meaning: "A lower limit of a schema is greater than its upper limit, or `multipleOf` is not greater than 0. \
                      The schema allows no value.",
            bad: "\
type: integer
minimum: 100
maximum: 10
",
            good: "\
type: integer
minimum: 10
maximum: 100
",
            fix: "Correct one of the limits.",
        },
        Code::InvalidDiscriminator => Explanation {
            meaning: "The discriminator names a property that one of the alternatives does not declare, so its value \
                      cannot tell the alternatives apart.",
            bad: "\
oneOf:
  - {type: object, properties: {kind: {type: string}}}
  - {type: object, properties: {kind: {type: string}}}
discriminator:
  propertyName: type
",
            good: "\
oneOf:
  - {type: object, properties: {kind: {type: string}}}
  - {type: object, properties: {kind: {type: string}}}
discriminator:
  propertyName: kind
",
            fix: "Correct the name of the property, or declare it in all alternatives.",
        },
        Code::InvalidSecurityScheme => Explanation {
            meaning: "The type of a security scheme is unknown, or a field that its type requires is missing.",
            bad: "\
securitySchemes:
  Key:
    type: apiKey
    in: header
",
            good: "\
securitySchemes:
  Key:
    type: apiKey
    in: header
    name: X-Key
",
            fix: "Correct the type, or add the field.",
        },
        Code::UnknownScope => Explanation {
            meaning: "A security requirement names a scope that no flow of the OAuth 2.0 scheme declares.",
            bad: "\
security:
  - OAuth: [orders.raed]
# the scheme declares `orders.read`
",
            good: "\
security:
  - OAuth: [orders.read]
",
            fix: "Correct the scope, or declare it under `scopes` of a flow.",
        },
        Code::ServerVariable => Explanation {
            meaning: "The URL of a server has a name in braces that `variables` does not declare, or `variables` \
                      declares one that the URL does not have.",
            bad: "\
servers:
  - url: https://{regio}.shop.example
    variables:
      region: {default: eu}
",
            good: "\
servers:
  - url: https://{region}.shop.example
    variables:
      region: {default: eu}
",
            fix: "Use the same name in both places.",
        },
        Code::CredentialInUrl => Explanation {
            meaning: "The URL of a server has a user name and a password. Everyone who has the document, or the generated code, can read them.",
            bad: "\
servers:
  - url: https://admin:secret@api.example.com
",
            good: "\
servers:
  - url: https://api.example.com
security:
  - basic: []
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
",
            fix: "Remove the credential from the URL, and declare a security scheme.",
        },
        Code::InvalidFormat => Explanation {
            meaning: "A `format` is misspelled, or belongs to another type than the one of the schema, so it has no effect. Formats that are not similar to a known one are allowed.",
            bad: "\
type: string
format: date-tme
",
            good: "\
type: string
format: date-time
",
            fix: "Correct the format or the type.",
        },
        Code::InvalidExample => Explanation {
            meaning: "An `example` does not fit the schema that it belongs to: its type, `enum`, `pattern` or limits. Nothing is generated from examples, but readers take them as valid, and so do tools that send them.",
            bad: "\
type: string
example: 5
",
            good: "\
type: string
example: '5'
",
            fix: "Correct the example or the schema.",
        },
        Code::InvalidPattern => Explanation {
            meaning: "A `pattern` cannot be parsed as a regular expression. The property accepts any string.",
            bad: "\
type: string
pattern: '^[a-z+$'
",
            good: "\
type: string
pattern: '^[a-z]+$'
",
            fix: "Correct the pattern.",
        },
        Code::MissingOperationId => Explanation {
            meaning: "Methods are named after the `operationId`. Without one, the name is made from the HTTP method and \
                      the path and changes with them.",
            bad: "\
get:
  responses:
    '200':
      description: The orders.
",
            good: "\
get:
  operationId: listOrders
  responses:
    '200':
      description: The orders.
",
            fix: "Add an `operationId`.",
        },
        Code::DuplicateOperationId => Explanation {
            meaning: "An `operationId` must be unique, also after conversion to a Rust method name. The second \
                      operation is renamed.",
            bad: "\
/orders:
  get:
    operationId: getOrders
/orders/{id}:
  get:
    operationId: get_orders
",
            good: "\
/orders:
  get:
    operationId: listOrders
/orders/{id}:
  get:
    operationId: getOrder
",
            fix: "Use a unique `operationId` for each operation.",
        },
        Code::OperationLeftOut => Explanation {
            meaning: "The operation uses something that the generated client does not support, such as a required body \
                      of an unsupported media type. Workflows cannot call it.",
            bad: "\
put:
  operationId: putStock
  requestBody:
    required: true
    content:
      multipart/mixed:
        schema:
          type: object
",
            good: "\
put:
  operationId: putStock
  requestBody:
    required: true
    content:
      application/json:
        schema:
          type: object
",
            fix: "Declare a supported form, with an overlay if you do not maintain the document, or call the \
                  operation without the generated client.",
        },
        Code::BodyLeftOut => Explanation {
            meaning: "The optional request body has only media types that the generated client does not support, so the \
                      method sends no body.",
            bad: "\
requestBody:
  content:
    multipart/mixed:
      schema:
        type: object
",
            good: "\
requestBody:
  content:
    application/json:
      schema:
        type: object
",
            fix: "Add a JSON, form, `multipart/form-data`, text or binary media type if the API accepts one.",
        },
        Code::ParameterLeftOut => Explanation {
            meaning: "An optional parameter has a location or style that the generated client does not support, so it \
                      cannot be set.",
            bad: "\
name: filter
in: query
style: deepObject
schema:
  type: object
",
            good: "\
name: filter
in: query
schema:
  type: string
",
            fix: "Describe the parameter in a supported style if the API accepts one.",
        },
        Code::PathTemplate => Explanation {
            meaning: "The path has an opening brace without a closing one, or the reverse.",
            bad: "\
/orders/{id/items:
",
            good: "\
/orders/{id}/items:
",
            fix: "Close the brace.",
        },
        Code::UndeclaredPathParameter => Explanation {
            meaning: "A name in braces in the path is not among the parameters. It is treated as a required string.",
            bad: "\
/orders/{id}:
  get:
    operationId: getOrder
",
            good: "\
/orders/{id}:
  parameters:
    - name: id
      in: path
      required: true
      schema:
        type: string
  get:
    operationId: getOrder
",
            fix: "Declare the parameter for the path or for the operation.",
        },
        Code::UnknownSecurityScheme => Explanation {
            meaning: "A requirement under `security` names a scheme that is missing from `components.securitySchemes` \
                      or has an unsupported type. No credential is sent for it.",
            bad: "\
security:
  - ApiKey: []
components:
  securitySchemes: {}
",
            good: "\
security:
  - ApiKey: []
components:
  securitySchemes:
    ApiKey:
      type: apiKey
      in: header
      name: X-Api-Key
",
            fix: "Declare the scheme. API keys, HTTP basic and bearer, and OAuth 2 are supported.",
        },
        Code::InvalidFeature => Explanation {
            meaning: "The name of a Cargo feature begins with a letter and consists of letters, digits, `-` and `_`.",
            bad: "\
x-cargo-feature: shop/orders
",
            good: "\
x-cargo-feature: shop-orders
",
            fix: "Rename the feature.",
        },
        Code::UnsupportedPagination => Explanation {
            meaning: "A list is paginated if the request has a cursor parameter and the response has the next cursor \
                      and the items. This is not the case here, so no stream is generated.",
            bad: "\
x-fern-pagination:
  offset: $request.offset
  results: $response.data
",
            good: "\
x-fern-pagination:
  cursor: $request.after
  next_cursor: $response.page_info.end_cursor
  results: $response.data
",
            fix: "Describe cursor pagination, or remove the extension and request the pages yourself.",
        },
        Code::UnknownReturnValue => Explanation {
            meaning: "`x-fern-sdk-return-value` names a property that the success response does not declare. The method \
                      returns the whole response.",
            bad: "\
x-fern-sdk-return-value: order
# the response schema has a property `data`
",
            good: "\
x-fern-sdk-return-value: data
",
            fix: "Name a property of the response, or remove the extension.",
        },
        Code::ClientGenerator => Explanation {
            meaning: "The client generator (progenitor) rejects a schema or operation that no normalize pass changes. \
                      This is a limit of the generator; the document may be valid.",
            bad: "\
# a construct named in the message
",
            good: "\
# the same facts in a simpler form
",
            fix: "Simplify the marked part, with an overlay if you do not maintain the document, and report the \
                  document.",
        },
        Code::UnrecognizedClient => Explanation {
            meaning: "A patch does not recognize the client that progenitor generated. This happens after an upgrade of \
                      progenitor and is a defect of this generator.",
            bad: "\
# any document
",
            good: "\
# any document, with the progenitor version of Cargo.lock
",
            fix: "Use the progenitor version in `Cargo.lock`, or adapt the patch in \
                  `xtask/src/openapi/progenitor/patch`.",
        },
        Code::Normalized => Explanation {
            meaning: "A normalize pass changed the document in memory, so that progenitor can generate a client from \
                      it. The note describes the change.",
            bad: "\
# a construct that progenitor does not accept
type: [string, 'null']
",
            good: "\
# the form that it accepts
type: string
nullable: true
",
            fix: "No change is needed. Notes are shown with `--verbose`.",
        },
        _ => return None,
    })
}
