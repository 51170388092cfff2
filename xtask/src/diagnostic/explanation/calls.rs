//! Explanations of the codes for the calls of steps: requests, responses, and the types of values.

use super::{Code, Explanation};

pub(super) fn of(code: Code) -> Option<Explanation> {
    Some(match code {
        Code::UnsupportedParameter => Explanation {
            meaning: "The API description declares the parameter in a form that the generated client leaves out, such as \
                      a `style` of another location. An optional parameter is sent as a plain string, with a warning. \
                      Without a required one, the operation has no method.",
            bad: "\
- name: filter
  in: query
  value: $inputs.filter
# the API description has `style: matrix`, which only path parameters have
",
            good: "\
- name: filter
  in: query
  value: $inputs.filter
# the API description has `style: deepObject`
",
            fix: "Declare a `style` of the location with an overlay, or pass a string in the form that the service expects.",
        },
        Code::ResponseNotAvailable => Explanation {
            meaning: "An expression in the request of a step reads the response or the outputs of the same step.",
            bad: "\
- stepId: order
  operationId: placeOrder
  parameters:
    - name: id
      in: query
      value: $outputs.orderId
",
            good: "\
- stepId: look
  operationId: getOrder
  parameters:
    - name: id
      in: query
      value: $steps.order.outputs.orderId
",
            fix: "Read the response in criteria, actions and outputs of its step; later steps read its outputs.",
        },
        Code::ResponseOfWorkflow => Explanation {
            meaning: "A step that calls a workflow has outputs, but no status code, headers or body.",
            bad: "\
- stepId: pay
  workflowId: pay
  successCriteria:
    - condition: $statusCode == 200
",
            good: "\
- stepId: pay
  workflowId: pay
  successCriteria:
    - condition: $outputs.paid == true
",
            fix: "Read the outputs of the workflow with `$outputs.NAME`.",
        },
        Code::PointerIntoScalar => Explanation {
            meaning: "The value is a string, number or boolean. It has no properties or items that a JSON Pointer could \
                      select.",
            bad: "\
outputs:
  status: $statusCode#/code
",
            good: "\
outputs:
  status: $statusCode
",
            fix: "Remove the pointer.",
        },
        Code::UnknownParameter => Explanation {
            meaning: "The operation declares no parameter, or the workflow no input, with this name. Header, query \
                      and cookie parameters that resemble no declared one are sent, and the finding is a warning.",
            bad: "\
- name: lmit
  in: query
  value: 10
",
            good: "\
- name: limit
  in: query
  value: 10
",
            fix: "Correct the name, or declare the parameter with an overlay.",
        },
        Code::MissingParameter => Explanation {
            meaning: "The operation or workflow requires a parameter that the step does not set.",
            bad: "\
- stepId: look
  operationId: getOrder
",
            good: "\
- stepId: look
  operationId: getOrder
  parameters:
    - name: order_id
      in: path
      value: $inputs.orderId
",
            fix: "Add the parameter.",
        },
        Code::ParameterLocation => Explanation {
            meaning: "The operation declares a parameter with this name in another location.",
            bad: "\
- name: limit
  in: header
  value: 10
",
            good: "\
- name: limit
  in: query
  value: 10
",
            fix: "Write the declared location.",
        },
        Code::InvalidParameterValue => Explanation {
            meaning: "The constant value violates the schema of the parameter: its type, enum, pattern or range.",
            bad: "\
- name: status
  in: query
  value: closed
# the enum has `open` and `shipped`
",
            good: "\
- name: status
  in: query
  value: shipped
",
            fix: "Write a value that the schema allows.",
        },
        Code::CredentialParameter => Explanation {
            meaning: "The parameter sets a header, query parameter or cookie that carries a credential. It replaces the \
                      credential of the client for this step.",
            bad: "\
- name: Authorization
  in: header
  value: Bearer {$inputs.token}
",
            good: "\
x-security:
  - schemeName: ConnectToken
    values:
      token: $inputs.token
",
            fix: "Remove the parameter: the client sends its credential. Use `x-security` for a credential of the step.",
        },
        Code::CredentialNotSent => Explanation {
            meaning: "A step has an `x-security` entry for a scheme that its operation does not accept, so the \
                      credential is not sent.",
            bad: "\
- stepId: look
  operationId: getOrder
  # the operation accepts OAuth only
  x-security:
    - schemeName: ConnectToken
      values:
        token: $inputs.token
",
            good: "\
- stepId: look
  operationId: getOrder
  x-security:
    - schemeName: OAuth
      values:
        token: $inputs.token
",
            fix: "Use a scheme that the operation accepts, or add the scheme to its `security` with an overlay.",
        },
        Code::UnknownScheme => Explanation {
            meaning: "`schemeName` names a scheme that is missing from `components.securitySchemes` of the API.",
            bad: "\
x-security:
  - schemeName: Conect
    values:
      token: $inputs.token
",
            good: "\
x-security:
  - schemeName: Connect
    values:
      token: $inputs.token
",
            fix: "Correct the name.",
        },
        Code::UnsatisfiedSecurity => Explanation {
            meaning: "The operation does not accept the credential that the other steps of the workflow use, or the one \
                      that the step names.",
            bad: "\
- stepId: connect
  operationId: connectAccount
# accepts ConnectToken only; the other steps use OAuth
",
            good: "\
- stepId: connect
  operationId: connectAccount
  x-security:
    - schemeName: ConnectToken
      values:
        token: $steps.token.outputs.token
",
            fix: "Add `x-security` with an accepted scheme and its values.",
        },
        Code::MissingBody => Explanation {
            meaning: "The operation requires a request body that the step does not have.",
            bad: "\
- stepId: order
  operationId: placeOrder
",
            good: "\
- stepId: order
  operationId: placeOrder
  requestBody:
    payload:
      sku: $inputs.sku
",
            fix: "Add a `requestBody`.",
        },
        Code::UnexpectedBody => Explanation {
            meaning: "The operation declares no request body. For a body that is declared for GET or HEAD the finding \
                      is a warning, because servers may ignore it.",
            bad: "\
- stepId: cancel
  operationId: cancelOrder
  requestBody:
    payload:
      reason: late
",
            good: "\
- stepId: cancel
  operationId: cancelOrder
",
            fix: "Remove the `requestBody`.",
        },
        Code::ContentType => Explanation {
            meaning: "The `contentType` of the request body is not among the media types that the operation declares.",
            bad: "\
requestBody:
  contentType: text/plain
  payload: $inputs.order
",
            good: "\
requestBody:
  contentType: application/json
  payload: $inputs.order
",
            fix: "Write a media type that the operation declares.",
        },
        Code::InvalidBodyValue => Explanation {
            meaning: "A constant in the payload violates the schema of its property: its type, enum, pattern or range.",
            bad: "\
payload:
  count: many
",
            good: "\
payload:
  count: 3
",
            fix: "Write a value that the schema allows.",
        },
        Code::MissingProperty => Explanation {
            meaning: "The schema of the request body requires a property that the payload does not have.",
            bad: "\
payload:
  count: 3
# `sku` is required
",
            good: "\
payload:
  sku: $inputs.sku
  count: 3
",
            fix: "Add the property. If the API does not need it, remove it from `required` with an overlay.",
        },
        Code::UnknownProperty => Explanation {
            meaning: "The payload has a property that the schema of the request body does not declare. The finding is \
                      an error for replacements, whose target must exist, and a warning in the payload itself: JSON is \
                      sent with the property.",
            bad: "\
replacements:
  - target: /colr
    value: red
",
            good: "\
replacements:
  - target: /color
    value: red
",
            fix: "Correct the name, or declare the property with an overlay.",
        },
        Code::PropertyNotSent => Explanation {
            meaning: "The property is not part of the request: it is `readOnly`, or the body is a form that does not \
                      declare it. Its value is not sent.",
            bad: "\
payload:
  sku: $inputs.sku
  id: $inputs.id
",
            good: "\
payload:
  sku: $inputs.sku
",
            fix: "Remove the property, or declare it with an overlay.",
        },
        Code::UnknownRequestPart => Explanation {
            meaning: "An expression reads a header, query parameter, path parameter or body that the request of the \
                      step does not contain.",
            bad: "\
- stepId: list
  operationId: listOrders
  outputs:
    page: $request.query.page
",
            good: "\
- stepId: list
  operationId: listOrders
  parameters:
    - name: page
      in: query
      value: $inputs.page
  outputs:
    page: $request.query.page
",
            fix: "Send the part, or remove the expression.",
        },
        Code::UndeclaredStatus => Explanation {
            meaning: "A criterion compares `$statusCode` with a status that no response of the operation documents.",
            bad: "\
successCriteria:
  - condition: $statusCode == 202
# the operation documents 200 and 404
",
            good: "\
successCriteria:
  - condition: $statusCode == 200
",
            fix: "Write a documented status, or add the response with an overlay.",
        },
        Code::UndeclaredHeader => Explanation {
            meaning: "No documented response of the operation has the header, so its value may be absent.",
            bad: "\
outputs:
  page: $response.header.X-Pgae
",
            good: "\
outputs:
  page: $response.header.X-Page
",
            fix: "Correct the name, or declare the header with an overlay.",
        },
        Code::UnknownResponseProperty => Explanation {
            meaning: "No documented response body has the property. It is looked up in the raw body at run time and may \
                      be absent.",
            bad: "\
outputs:
  price: $response.body#/prise
",
            good: "\
outputs:
  price: $response.body#/price
",
            fix: "Correct the pointer, or declare the property with an overlay.",
        },
        Code::UnknownPointer => Explanation {
            meaning: "The type of the value has no property or item that the JSON Pointer selects.",
            bad: "\
value: $steps.look.outputs.customer#/nmae
",
            good: "\
value: $steps.look.outputs.customer#/name
",
            fix: "Correct the pointer.",
        },
        Code::ConflictingTypes => Explanation {
            meaning: "An input is used for several parameters or properties, and no type fits all of them.",
            bad: "\
payload:
  sku: $inputs.sku
  count: $inputs.sku
# `sku` is a string, `count` an integer
",
            good: "\
payload:
  sku: $inputs.sku
  count: $inputs.count
",
            fix: "Use one input per type.",
        },
        Code::TypeMismatch => Explanation {
            meaning: "The value cannot be converted to the type of the parameter or property. If only the declared \
                      type of an input differs, the finding is a warning and the type of the parameter or property is \
                      used.",
            bad: "\
value: $steps.order.outputs.order
# an object, where a string is needed
",
            good: "\
value: $steps.order.outputs.order#/id
",
            fix: "Use a value of the right type, or select a part of it with a JSON Pointer.",
        },
        Code::UnknownValue => Explanation {
            meaning: "The parameter or property accepts a fixed set of values, and the constant is not among them.",
            bad: "\
- name: status
  value: lost
# the enum has `open` and `shipped`
",
            good: "\
- name: status
  value: shipped
",
            fix: "Write one of the allowed values.",
        },
        _ => return None,
    })
}
