//! Explanations of the codes for workflows: what they refer to, and the order of their steps.

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
        _ => return None,
    })
}
