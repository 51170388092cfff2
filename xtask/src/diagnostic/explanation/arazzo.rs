//! Explanations of the codes for Arazzo documents.

use super::{Code, Explanation};

pub(super) fn of(code: Code) -> Option<Explanation> {
    Some(match code {
        Code::ArazzoVersion => Explanation {
            meaning: "Versions 1.0 and 1.1 of the Arazzo specification are supported.",
            bad: "\
arazzo: 2.0.0
",
            good: "\
arazzo: 1.0.1
",
            fix: "Write `arazzo: 1.0.1`, or 1.1.0 if the document uses features of 1.1.",
        },
        Code::MissingField => Explanation {
            meaning: "The specification requires a field that is missing here. In an OpenAPI document, the finding is a warning.",
            bad: "\
- name: again
  type: goto
",
            good: "\
- name: again
  type: goto
  stepId: check
",
            fix: "Add the field that the message names.",
        },
        Code::UnknownField => Explanation {
            meaning: "The specification defines no such field for this object, so it has no effect. Extensions begin \
                      with `x-`.",
            bad: "\
- stepId: check
  sumary: Checks the order.
",
            good: "\
- stepId: check
  description: Checks the order.
",
            fix: "Correct the name, remove the field, or write it as an extension.",
        },
        Code::IgnoredField => Explanation {
            meaning: "The field is defined by the specification, but has no effect in this combination.",
            bad: "\
- name: done
  type: end
  stepId: check
",
            good: "\
- name: done
  type: end
",
            fix: "Remove the field, or change the one that makes it ineffective.",
        },
        Code::EmptyList => Explanation {
            meaning: "A list that must have at least one item is empty. An empty `successCriteria` has the same \
                      effect as none, and the finding is a warning.",
            bad: "\
workflows: []
",
            good: "\
workflows:
  - workflowId: buy
    steps:
      - stepId: order
        operationId: placeOrder
",
            fix: "Add an item, or remove the field if it is optional.",
        },
        Code::WrongType => Explanation {
            meaning: "The value has another JSON type than the specification requires.",
            bad: "\
info:
  title: Shop
  version: 1.0
",
            good: "\
info:
  title: Shop
  version: '1.0'
",
            fix: "Write a value of the required type. Quote numbers and booleans that are meant as strings.",
        },
        Code::InvalidValue => Explanation {
            meaning: "The field takes one of a fixed set of values, or a number in a range.",
            bad: "\
- name: again
  type: repeat
",
            good: "\
- name: again
  type: retry
",
            fix: "Write one of the values that the message lists.",
        },
        Code::InvalidName => Explanation {
            meaning: "Identifiers are not empty and consist of letters, digits, `-` and `_`; keys may also contain \
                      `.`. For names with other characters the finding is a warning, because expressions may be \
                      unable to refer to them.",
            bad: "\
- stepId: ''
",
            good: "\
- stepId: place-order
",
            fix: "Rename the item.",
        },
        Code::DuplicateId => Explanation {
            meaning: "Workflows, steps of a workflow, source descriptions and parameters of a step need unique names.",
            bad: "\
steps:
  - stepId: order
    operationId: placeOrder
  - stepId: order
    operationId: getOrder
",
            good: "\
steps:
  - stepId: order
    operationId: placeOrder
  - stepId: look
    operationId: getOrder
",
            fix: "Rename one of the items.",
        },
        Code::InvalidExpression => Explanation {
            meaning: "The runtime expression cannot be parsed, or reads a value that is not available in this \
                      context, such as `$response` in a request.",
            bad: "\
value: $stops.order.outputs.id
",
            good: "\
value: $steps.order.outputs.id
",
            fix: "Correct the expression. Values of a response are declared as outputs of their step and read with \
                  `$steps.NAME.outputs.NAME`.",
        },
        Code::InvalidCriterion => Explanation {
            meaning: "The condition cannot be parsed or evaluated. It would never be met, so the step would never \
                      succeed or the action would never be taken.",
            bad: "\
successCriteria:
  - condition: $statusCode === 200
",
            good: "\
successCriteria:
  - condition: $statusCode == 200
",
            fix: "Correct the condition. JSONPath conditions use the syntax of RFC 9535, XPath conditions that of XPath 1.0.",
        },
        Code::InvalidPointer => Explanation {
            meaning: "A JSON Pointer is empty or begins with `/`; `~` is written as `~0` and `/` as `~1`.",
            bad: "\
replacements:
  - target: customer/name
    value: $inputs.name
",
            good: "\
replacements:
  - target: /customer/name
    value: $inputs.name
",
            fix: "Correct the pointer.",
        },
        Code::InvalidReference => Explanation {
            meaning: "A reference to a component, operation or workflow cannot be parsed, or refers to another kind of \
                      item.",
            bad: "\
onSuccess:
  - reference: '#/none'
",
            good: "\
onSuccess:
  - reference: $components.successActions.done
",
            fix: "Write `$components.SECTION.NAME` for components and `$sourceDescriptions.NAME.ID` for items of other \
                  documents.",
        },
        Code::InvalidInputs => Explanation {
            meaning: "The inputs of a workflow are a JSON Schema of type `object` with one property per input.",
            bad: "\
inputs:
  type: array
",
            good: "\
inputs:
  type: object
  properties:
    sku:
      type: string
",
            fix: "Describe the inputs as properties of an object.",
        },
        Code::UndeclaredInput => Explanation {
            meaning: "An input is required, by `required` or by a workflow in `dependsOn`, and is not declared under \
                      `properties`. It accepts any JSON value.",
            bad: "\
inputs:
  type: object
  required: [sku]
",
            good: "\
inputs:
  type: object
  required: [sku]
  properties:
    sku:
      type: string
",
            fix: "Declare the input.",
        },
        Code::UnusedInput => Explanation {
            meaning: "No expression of the workflow reads the input. The name in an expression may be misspelled.",
            bad: "\
inputs:
  type: object
  properties:
    note:
      type: string
# nothing reads $inputs.note
",
            good: "\
requestBody:
  payload:
    note: $inputs.note
",
            fix: "Read the input, or remove it.",
        },
        Code::LargeSchema => Explanation {
            meaning: "With its references resolved, the schema of the inputs has more values than the generator reads. \
                      It is cut off at the limit.",
            bad: "\
inputs:
  $ref: '#/components/inputs/Everything'
",
            good: "\
inputs:
  type: object
  properties:
    sku:
      type: string
",
            fix: "Declare only the inputs that the workflow reads.",
        },
        Code::UnknownReference => Explanation {
            meaning: "A `$ref` in the inputs points to a part of the Arazzo document that does not exist. Within a \
                      property, any value is accepted and the finding is a warning.",
            bad: "\
inputs:
  $ref: '#/components/inputs/order'
",
            good: "\
inputs:
  $ref: '#/components/inputs/Order'
components:
  inputs:
    Order:
      type: object
",
            fix: "Correct the reference, or add the component.",
        },
        Code::UnknownComponent => Explanation {
            meaning: "A `reference` names an entry that `components` does not have.",
            bad: "\
onFailure:
  - reference: $components.failureActions.agian
",
            good: "\
onFailure:
  - reference: $components.failureActions.again
",
            fix: "Correct the name, or add the component.",
        },
        Code::AmbiguousTarget => Explanation {
            meaning: "A step has exactly one of `operationId`, `operationPath` and `workflowId`. An action has one of \
                      `stepId` and `workflowId`.",
            bad: "\
- stepId: order
  operationId: placeOrder
  workflowId: buy
",
            good: "\
- stepId: order
  operationId: placeOrder
",
            fix: "Keep one of the fields.",
        },
        Code::ConstantOutput => Explanation {
            meaning: "The value of an output is not a runtime expression, so the output is the same in every run.",
            bad: "\
outputs:
  orderId: id
",
            good: "\
outputs:
  orderId: $response.body#/id
",
            fix: "Write a runtime expression, which begins with `$`.",
        },
        Code::InvalidDefault => Explanation {
            meaning: "A `default` is not a value that its own schema accepts.",
            bad: "\
limit:
  type: integer
  default: all
",
            good: "\
limit:
  type: integer
  default: 10
",
            fix: "Write a default of the declared type.",
        },
        Code::UnusedComponent => Explanation {
            meaning: "No `reference` and no `$ref` of the document names the component, so it has no effect.",
            bad: "\
components:
  parameters:
    page: {name: page, in: query, value: 1}
# no step refers to it
",
            good: "\
parameters:
  - reference: $components.parameters.page
",
            fix: "Refer to the component, or remove it.",
        },
        Code::UnbracedExpression => Explanation {
            meaning: "Inside a longer string, only expressions in braces are replaced. Without braces, the characters are \
                      sent as they are.",
            bad: "\
value: Order $inputs.id
",
            good: "\
value: Order {$inputs.id}
",
            fix: "Put the expression in braces.",
        },
        Code::NonStandard => Explanation {
            meaning: "The specification defines another form. This generator accepts the form used here, but other \
                      tools may not.",
            bad: "\
value: $steps.order.orderId
",
            good: "\
value: $steps.order.outputs.orderId
",
            fix: "Write the standard form from the message.",
        },
        Code::UnsupportedSecurity => Explanation {
            meaning: "`x-security` with an inline scheme is not supported. The request is sent without this \
                      credential.",
            bad: "\
x-security:
  - scheme:
      type: http
      scheme: bearer
    values:
      token: $inputs.token
",
            good: "\
x-security:
  - schemeName: ConnectToken
    values:
      token: $inputs.token
",
            fix: "Declare the scheme in the OpenAPI document and name it with `schemeName`.",
        },
        Code::UnsupportedSource => Explanation {
            meaning: "Only OpenAPI and Arazzo documents can be sources. Operations of an AsyncAPI document cannot be \
                      called.",
            bad: "\
sourceDescriptions:
  - name: queue
    url: queue.yml
    type: asyncapi
",
            good: "\
sourceDescriptions:
  - name: shop
    url: openapi.yml
    type: openapi
",
            fix: "Remove the source and the steps that use it.",
        },
        Code::UnsupportedStep => Explanation {
            meaning: "Steps of Arazzo 1.1 that send or receive messages (`channelPath`, `action`) are not supported.",
            bad: "\
- stepId: notify
  channelPath: '#/channels/orders'
  action: send
",
            good: "\
- stepId: notify
  operationId: notifyOrder
",
            fix: "Leave the workflow out of the run, or use an HTTP operation.",
        },
        Code::NotSupported => Explanation {
            meaning: "The construct is valid Arazzo, but the generator does not support it.",
            bad: "\
outputs:
  address: $url
",
            good: "\
outputs:
  location: $response.header.Location
",
            fix: "Write the workflow without the construct.",
        },
        _ => return None,
    })
}
