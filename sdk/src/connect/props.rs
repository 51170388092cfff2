//! [`Props`], the configuration of a component.

use std::fmt;

use pipedream_sdk_runtime::OrderedMap;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::types::{
    AccountId, ConfiguredPropValue, ConfiguredPropValueAny, ConfiguredPropValueApp,
    ConfiguredProps, PropOption,
};

/// Configuration of a component: a value for each of its props.
///
/// ```
/// use pipedream_sdk::connect::Props;
/// use pipedream_sdk::types::ConfiguredProps;
/// use serde_json::json;
///
/// let props = Props::new()
///     .account("slack", "apn_1")
///     .labeled("channel", "#general", "C0123")
///     .value("text", "Hello")
///     .value("thread", json!(null));
/// let props: ConfiguredProps = props.into();
/// assert_eq!(
///     json!(props),
///     json!({
///         "slack": {"authProvisionId": "apn_1"},
///         "channel": {"__lv": {"label": "#general", "value": "C0123"}},
///         "text": "Hello",
///         "thread": null,
///     })
/// );
/// ```
///
/// A null value is sent as null. A prop that is not set is not sent. Props, elements of arrays and keys of objects
/// are sent in the order of the caller. Integers of up to 64 bits are sent exactly; pass longer ones as strings.
#[derive(Clone, Default, PartialEq)]
#[must_use]
#[doc(alias = "configured_props")]
pub struct Props(OrderedMap<ConfiguredPropValue>);

/// Shows the names of the props, but no values, because they may be secrets.
impl fmt::Debug for Props {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        f.debug_tuple("Props")
            .field(&names.collect::<Vec<_>>())
            .finish()
    }
}

impl Props {
    /// Creates an empty configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the account of an app prop. Its name is usually the slug of the app.
    #[doc(alias = "auth_provision_id")]
    pub fn account(self, prop: impl Into<String>, account_id: impl Into<AccountId>) -> Self {
        let account = ConfiguredPropValueApp::new(account_id);
        self.with(prop, ConfiguredPropValue::App(account))
    }

    /// Sets a value: a string, number, boolean, array, or any value of `json!`.
    pub fn value(self, prop: impl Into<String>, value: impl Into<Value>) -> Self {
        let value = ConfiguredPropValueAny(value.into());
        self.with(prop, ConfiguredPropValue::Any(value))
    }

    /// Sets a value with the label of the option that the user chose.
    pub fn labeled(
        self,
        prop: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        let choice = json!({"label": label.into(), "value": value.into()});
        self.value(prop, Map::from_iter([("__lv".to_owned(), choice)]))
    }

    /// Sets one of the options that `configure_prop` returned, with its label.
    #[doc(alias = "__lv")]
    #[doc(alias = "label")]
    pub fn choice(self, prop: impl Into<String>, choice: &PropOption) -> Self {
        // Cannot fail: the value is a string, an integer, a boolean or null.
        let value = serde_json::to_value(&choice.value).unwrap_or_default();
        self.labeled(prop, &choice.label, value)
    }

    /// Sets a serializable value. Returns an error if JSON cannot represent it.
    pub fn json<T: Serialize + ?Sized>(
        self,
        prop: impl Into<String>,
        value: &T,
    ) -> Result<Self, Error> {
        let prop = prop.into();
        match serde_json::to_value(value) {
            Ok(value) => Ok(self.value(prop, value)),
            // The error may quote the value.
            Err(_) => Err(Error::invalid_argument(
                &prop,
                "it cannot be serialized as JSON",
            )),
        }
    }

    fn with(mut self, prop: impl Into<String>, value: ConfiguredPropValue) -> Self {
        self.0.insert(prop, value);
        self
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Props {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(props: I) -> Self {
        let set = |all: Self, (prop, value)| all.value(prop, value);
        props.into_iter().fold(Self::new(), set)
    }
}

impl From<Props> for ConfiguredProps {
    fn from(props: Props) -> Self {
        Self(props.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(props: Props) -> String {
        serde_json::to_string(&ConfiguredProps::from(props)).unwrap()
    }

    #[test]
    fn sends_props_in_the_order_of_the_caller() {
        let props = Props::new()
            .value("z", 1)
            .account("slack", "apn_1")
            .value("b", json!({ "y": [2, 1], "x": { "d": 1, "c": 2 } }))
            .value("z", 3);
        assert_eq!(
            sent(props),
            r#"{"z":3,"slack":{"authProvisionId":"apn_1"},"b":{"y":[2,1],"x":{"d":1,"c":2}}}"#
        );
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let props = Props::new().value("api_key", "marked-secret");
        assert_eq!(format!("{props:?}"), r#"Props(["api_key"])"#);
    }

    #[test]
    fn sends_integers_exactly_and_keeps_null() {
        let props = Props::new()
            .value("a", u64::MAX)
            .value("b", i64::MIN)
            .value("c", 0)
            .value("d", 1.5)
            .value("e", Value::Null)
            .value("f", vec!["z", "a"]);
        assert_eq!(
            sent(props),
            r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":0,"d":1.5,"e":null,"f":["z","a"]}"#
        );
    }

    #[test]
    fn sends_a_choice_as_received() {
        let options = [
            r##"{"label":"#general","value":"C1"}"##,
            r#"{"label":"None","value":null}"#,
        ];
        for option in options {
            let choice = serde_json::from_str(option).unwrap();
            let expected = format!(r#"{{"channel":{{"__lv":{option}}}}}"#);
            assert_eq!(sent(Props::new().choice("channel", &choice)), expected);
        }
    }

    #[test]
    fn sends_a_serializable_value() {
        #[derive(Serialize)]
        struct Row<'a> {
            cells: [&'a str; 2],
        }
        let row = Row { cells: ["x", "y"] };
        let props = Props::new().json("row", &row).unwrap();
        assert_eq!(sent(props), r#"{"row":{"cells":["x","y"]}}"#);
        let keys_of_lists = std::collections::BTreeMap::from([(vec![1], 2)]);
        let error = Props::new().json("row", &keys_of_lists).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("`row`"), "{error}");
    }
}
