//! What a step sends beside the parameters that the API description declares: credentials given as parameters, and
//! parameters that only the workflow knows of.

use super::request::{Called, fits};
use super::{Checker, Place};
use crate::arazzo::document::{self, Location, Parameter};
use crate::arazzo::expression::Expression;
use crate::arazzo::template::{Template, TextPart};
use crate::diagnostic::Code;
use crate::lower::convert::conversion;
use crate::model::{Assignment, Constant, ParameterLocation, Ty, UndeclaredParameter, ValueSource};
use crate::openapi::index;

use crate::lower::assign::{Filler, Slot, describe};

impl Checker<'_> {
    /// The parameters of a step that its operation does not declare.
    pub(crate) fn undeclared(
        &self,
        step: &document::Step,
        called: Called<'_>,
        filler: &Filler<'_>,
    ) -> Vec<UndeclaredParameter> {
        let arguments = &called.operation.arguments;
        let undeclared = step
            .parameters
            .iter()
            .filter(|parameter| !arguments.iter().any(|argument| fits(parameter, argument)));
        let mut sent = Vec::new();
        for parameter in undeclared {
            let credential = self.is_credential(parameter, called);
            // The workflow's parameters are meant for all steps, and not every operation knows every one of them.
            if parameter.inherited && !credential {
                continue;
            }
            let location = match parameter.location {
                Some(Location::Header) => ParameterLocation::Header,
                Some(Location::Query) => ParameterLocation::Query,
                Some(Location::Cookie) => ParameterLocation::Cookie,
                Some(Location::Path | Location::QueryString) | None => {
                    // A path without such a part was refused with the document.
                    if parameter.location != Some(Location::Path) {
                        let at = self.at(&parameter.pointer);
                        let what = "a parameter that is the whole query and no text of fields";
                        filler.say(at.unsupported(what));
                    }
                    continue;
                }
            };
            sent.push(UndeclaredParameter {
                location,
                name: parameter.name.clone(),
                value: filler.undeclared(parameter, credential),
            });
        }
        sent
    }

    /// Whether a parameter is the credential of one of the API's schemes.
    fn is_credential(&self, parameter: &Parameter, called: Called<'_>) -> bool {
        let location = match parameter.location {
            Some(it @ (Location::Header | Location::Query | Location::Cookie)) => it,
            _ => return false,
        };
        let client = self.clients.get(called.api);
        client.is_some_and(|client| client.index.is_credential(&parameter.name, location))
    }
}

impl Filler<'_> {
    /// The text of a parameter without a declaration. An input that goes there keeps the type of its schema, unless the
    /// place is for a secret.
    fn undeclared(&self, parameter: &Parameter, secret: bool) -> Assignment {
        let at = Place {
            file: self.file,
            pointer: &parameter.value_pointer,
        };
        let supply = self.undeclared_text(&parameter.value, secret, at);
        Assignment {
            ty: Ty::String.optional(),
            source: supply.unwrap_or(ValueSource::Absent),
        }
    }

    fn undeclared_text(
        &self,
        value: &Template,
        secret: bool,
        at: Place<'_>,
    ) -> Option<ValueSource> {
        let about = index::About::default();
        let slot = Slot {
            ty: if secret { &Ty::Secret } else { &Ty::Json },
            about: &about,
        };
        match value {
            Template::Expression(expression) => {
                if let Expression::Input(named) = expression {
                    self.note(named, slot);
                }
                let (read, _) = self.read(expression, None, at)?;
                match conversion(&read.ty, &Ty::String) {
                    Some(conversion) => Some(ValueSource::Read(read, conversion)),
                    None => {
                        let is = format!("`{}` is {}", read.expression, describe(&read.ty));
                        self.say(at.diagnostic(
                            Code::TypeMismatch,
                            format!("{is}, but a text is needed here"),
                        ));
                        None
                    }
                }
            }
            Template::Text(text) => {
                for part in &text.parts {
                    if let TextPart::Expression(Expression::Input(named)) = part {
                        self.note(named, slot);
                    }
                }
                let pieces = self.pieces(text, None, at)?;
                Some(ValueSource::Text(pieces, crate::model::Conversion::Same))
            }
            Template::Literal(serde_json::Value::Null) => None,
            Template::Literal(serde_json::Value::String(text)) => {
                Some(ValueSource::Constant(Constant::String(text.clone())))
            }
            // Lists and objects have no one spelling in a text; JSON is the plainest.
            Template::Literal(value) => {
                Some(ValueSource::Constant(Constant::String(value.to_string())))
            }
            Template::Array(_) | Template::Object(_) | Template::Selector(_) => {
                self.say(at.unsupported(
                    "a list or an object of values for a parameter that is not declared",
                ));
                None
            }
        }
    }
}
