//! Explanations of the codes for workflows and the operations they call.

use super::{Code, Explanation};

pub(super) fn of(code: Code) -> Option<Explanation> {
    Some(match code {
        Code::DanglingSource => Explanation {
            meaning: "No document is at the `url` of a source description. A document of the run with the same name is \
                      used instead.",
            bad: "\
sourceDescriptions:
  - name: shop
    url: ./gone/openapi.yml
",
            good: "\
sourceDescriptions:
  - name: shop
    url: ../openapi/shop.yml
",
            fix: "Correct the `url`. It is relative to the Arazzo document.",
        },
        Code::UnknownSource => Explanation {
            meaning: "An expression or reference names a source that is not among the `sourceDescriptions`, or a source \
                      has no document in the run.",
            bad: "\
operationId: $sourceDescriptions.shopp.getOrder
",
            good: "\
operationId: $sourceDescriptions.shop.getOrder
",
            fix: "Correct the name, declare the source, or pass its document with `--openapi` or `--arazzo`.",
        },
        Code::UnknownOperation => Explanation {
            meaning: "No source description has an operation with this `operationId` or path, or the operation was left \
                      out of the client.",
            bad: "\
operationId: findOrder
",
            good: "\
operationId: getOrder
",
            fix: "Correct the name. For an operation that was left out, see the warning about it.",
        },
        Code::AmbiguousOperation => Explanation {
            meaning: "Several sources have an operation with this `operationId`, and the step does not say which one it \
                      calls.",
            bad: "\
operationId: placeOrder
",
            good: "\
operationId: $sourceDescriptions.shop.placeOrder
",
            fix: "Write `$sourceDescriptions.NAME.OPERATION-ID`.",
        },
        Code::UnknownWorkflow => Explanation {
            meaning: "The document, or the named source, has no workflow with this `workflowId`.",
            bad: "\
dependsOn:
  - order
",
            good: "\
dependsOn:
  - order-and-look
",
            fix: "Correct the name.",
        },
        Code::UnknownStep => Explanation {
            meaning: "The workflow has no step with this `stepId`.",
            bad: "\
value: $steps.lock.outputs.sku
",
            good: "\
value: $steps.look.outputs.sku
",
            fix: "Correct the name.",
        },
        Code::UnknownInput => Explanation {
            meaning: "The workflow declares no input with this name, or the input has no such property.",
            bad: "\
value: $inputs.skew
",
            good: "\
value: $inputs.sku
",
            fix: "Correct the name, or declare the input.",
        },
        Code::UnknownOutput => Explanation {
            meaning: "The step or workflow declares no output with this name.",
            bad: "\
value: $steps.order.outputs.id
# the step declares `orderId`
",
            good: "\
value: $steps.order.outputs.orderId
",
            fix: "Correct the name, or declare the output.",
        },
        Code::CircularDependency => Explanation {
            meaning: "A workflow or a step names itself in `dependsOn`, directly or through others, so none of them \
                      can start.",
            bad: "\
- workflowId: buy
  dependsOn: [buy]
",
            good: "\
- workflowId: buy
  dependsOn: [sign-in]
",
            fix: "Remove one of the dependencies.",
        },
        Code::CircularWorkflow => Explanation {
            meaning: "A workflow calls or goes to itself, directly or through other workflows, so it never ends.",
            bad: "\
- workflowId: buy
  steps:
    - stepId: again
      workflowId: buy
",
            good: "\
- workflowId: buy
  steps:
    - stepId: pay
      workflowId: pay
",
            fix: "Call another workflow, or repeat a step with `goto` or `retry`.",
        },
        Code::CircularOutput => Explanation {
            meaning: "The outputs read each other, directly or through other outputs, so none of them ever has a \
                      value.",
            bad: "\
- stepId: first
  outputs:
    total: $steps.second.outputs.total
- stepId: second
  outputs:
    total: $steps.first.outputs.total
",
            good: "\
- stepId: first
  outputs:
    total: $response.body#/total
- stepId: second
  outputs:
    total: $steps.first.outputs.total
",
            fix: "Change one of the outputs to read a response or an input.",
        },
        Code::MissingDependency => Explanation {
            meaning: "An expression reads inputs or outputs of a workflow that neither `dependsOn` nor a step runs \
                      before.",
            bad: "\
- workflowId: ship
  outputs:
    id: $workflows.buy.outputs.id
",
            good: "\
- workflowId: ship
  dependsOn: [buy]
  outputs:
    id: $workflows.buy.outputs.id
",
            fix: "Add the workflow to `dependsOn`.",
        },
        Code::ForwardReference => Explanation {
            meaning: "A step reads outputs of a step that runs after it on every path, or names one in `dependsOn`.",
            bad: "\
steps:
  - stepId: order
    operationId: placeOrder
    parameters:
      - name: sku
        in: query
        value: $steps.look.outputs.sku
  - stepId: look
    operationId: getItem
",
            good: "\
steps:
  - stepId: look
    operationId: getItem
  - stepId: order
    operationId: placeOrder
    parameters:
      - name: sku
        in: query
        value: $steps.look.outputs.sku
",
            fix: "Move the step that produces the value before the one that reads it.",
        },
        Code::EndlessLoop => Explanation {
            meaning: "No action leaves the loop while its requests succeed: every path from its steps leads back to \
                      them. The workflow ends only if a step fails.",
            bad: "\
- stepId: poll
  operationId: getJob
  onSuccess:
    - name: again
      type: goto
      stepId: poll
",
            good: "\
- stepId: poll
  operationId: getJob
  onSuccess:
    - name: again
      type: goto
      stepId: poll
      criteria:
        - condition: $response.body#/state == 'running'
    - name: done
      type: end
",
            fix: "Add criteria to the `goto`, or an action that ends the loop.",
        },
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
        Code::UnhandledStatus => Explanation {
            meaning: "The operation documents the status. The criteria of the step count it as a failure, and no \
                      action handles it. Shown with `--verbose`.",
            bad: "\
successCriteria:
  - condition: $statusCode == 200
# the operation documents 200 and 202
",
            good: "\
successCriteria:
  - condition: $statusCode == 200 || $statusCode == 202
",
            fix: "Accept the status, or handle it with an action.",
        },
        Code::UncheckedDeletion => Explanation {
            meaning: "The step deletes something that an input names, and no earlier step reads that input or decides \
                      about the deletion. A wrong input deletes the wrong thing.",
            bad: "\
- stepId: look
  operationId: getOrder
  parameters:
    - {name: order_id, in: path, value: $inputs.order}
- stepId: cancel
  operationId: cancelOrder
  parameters:
    - {name: order_id, in: path, value: $inputs.other}
",
            good: "\
- stepId: look
  operationId: getOrder
  parameters:
    - {name: order_id, in: path, value: $inputs.order}
- stepId: cancel
  operationId: cancelOrder
  parameters:
    - {name: order_id, in: path, value: $inputs.order}
",
            fix: "Delete what an earlier step has returned or checked, or guard the step with criteria.",
        },
        Code::UnreachableStep => Explanation {
            meaning: "No path through the workflow leads to the step: the step before it always ends the workflow or \
                      goes to another step.",
            bad: "\
- stepId: order
  operationId: placeOrder
  onSuccess:
    - name: done
      type: end
- stepId: cancel
  operationId: cancelOrder
",
            good: "\
- stepId: order
  operationId: placeOrder
  onSuccess:
    - name: undo
      type: goto
      stepId: cancel
      criteria:
        - condition: $response.body#/stock == 0
    - name: done
      type: end
- stepId: cancel
  operationId: cancelOrder
",
            fix: "Add an action that goes to the step, or remove it.",
        },
        Code::UnreachableAction => Explanation {
            meaning: "Actions are tried in order, and an action before this one has no criteria, so it is always taken.",
            bad: "\
onSuccess:
  - name: done
    type: end
  - name: undo
    type: goto
    stepId: cancel
    criteria:
      - condition: $response.body#/stock == 0
",
            good: "\
onSuccess:
  - name: undo
    type: goto
    stepId: cancel
    criteria:
      - condition: $response.body#/stock == 0
  - name: done
    type: end
",
            fix: "Put the action without criteria last.",
        },
        Code::RedundantGoto => Explanation {
            meaning: "A `goto` with criteria leads to the next step, which runs as well if the criteria do not hold. \
                      The criteria have no effect.",
            bad: "\
onSuccess:
  - name: in-stock
    type: goto
    stepId: next
    criteria:
      - condition: $response.body#/stock > 0
",
            good: "\
onSuccess:
  - name: in-stock
    type: goto
    stepId: next
    criteria:
      - condition: $response.body#/stock > 0
  - name: sold-out
    type: end
",
            fix: "Add an action of type `end` for the other case, or remove the `goto`.",
        },
        Code::RetryLimit => Explanation {
            meaning: "A `retryLimit` of 0 never retries. A limit above 1000 is probably a mistake.",
            bad: "\
- name: again
  type: retry
  retryLimit: 0
",
            good: "\
- name: again
  type: retry
  retryLimit: 3
",
            fix: "Write the number of retries after the first attempt.",
        },
        Code::RetryAfter => Explanation {
            meaning: "`retryAfter` is a number of seconds. A pause of more than a day is probably given in \
                      milliseconds.",
            bad: "\
- name: again
  type: retry
  retryAfter: 500000
",
            good: "\
- name: again
  type: retry
  retryAfter: 500
",
            fix: "Write the number of seconds.",
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
