//! What a component is configured with.

use pipedream_sdk_runtime::OrderedMap;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::types::{
    AccountId, ConfiguredPropValue, ConfiguredPropValueAny, ConfiguredPropValueApp,
    ConfiguredProps, PropOption,
};

/// What a component is configured with: a value for each of its props.
///
/// ```
/// use pipedream_sdk::connect::Props;
/// use pipedream_sdk::types::ConfiguredProps;
/// use serde_json::json;
///
/// let props = Props::new()
///     .account("slack", "apn_1")
///     .labelled("channel", "#general", "C0123")
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
/// What is null is sent as null, and a prop that is not set is not sent at all. Everything is sent in your order: the
/// props, the elements of a list, and the keys of an object within a value. Whole numbers of up to 64 bits keep every
/// digit; longer ones go as text.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Props(OrderedMap<ConfiguredPropValue>);

impl Props {
    /// Nothing is set yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The account to work with, under the name of the component's app prop, which mostly is the app's.
    pub fn account(self, prop: impl Into<String>, account_id: impl Into<AccountId>) -> Self {
        let account = ConfiguredPropValueApp::new(account_id);
        self.with(prop, ConfiguredPropValue::App(account))
    }

    /// A value: text, number, boolean, list, or whatever `json!` makes.
    pub fn value(self, prop: impl Into<String>, value: impl Into<Value>) -> Self {
        let value = ConfiguredPropValueAny(value.into());
        self.with(prop, ConfiguredPropValue::Any(value))
    }

    /// A value with the label under which the user has chosen it, as the options of a prop have both.
    pub fn labelled(
        self,
        prop: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        let choice = json!({"label": label.into(), "value": value.into()});
        self.value(prop, Map::from_iter([("__lv".to_owned(), choice)]))
    }

    /// One of the options that `configure_prop` gives, under its label.
    pub fn choice(self, prop: impl Into<String>, choice: &PropOption) -> Self {
        // Text, an integer, a boolean or nothing: it is always JSON.
        let value = serde_json::to_value(&choice.value).unwrap_or_default();
        self.labelled(prop, &choice.label, value)
    }

    /// A value of a type of yours; an error where it cannot be JSON.
    pub fn json<T: Serialize + ?Sized>(
        self,
        prop: impl Into<String>,
        value: &T,
    ) -> Result<Self, Error> {
        let prop = prop.into();
        match serde_json::to_value(value) {
            Ok(value) => Ok(self.value(prop, value)),
            // The error may quote the value.
            Err(_) => Err(Error::invalid_argument(&prop, "it cannot be made JSON")),
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
    fn everything_is_sent_in_the_order_of_the_caller() {
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
    fn whole_numbers_keep_their_digits_and_null_is_kept() {
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
    fn a_choice_is_sent_as_it_was_offered() {
        let offered = [
            r##"{"label":"#general","value":"C1"}"##,
            r#"{"label":"None","value":null}"#,
        ];
        for offered in offered {
            let choice = serde_json::from_str(offered).unwrap();
            let expected = format!(r#"{{"channel":{{"__lv":{offered}}}}}"#);
            assert_eq!(sent(Props::new().choice("channel", &choice)), expected);
        }
    }

    #[test]
    fn a_value_of_a_type_of_the_users_is_sent_as_it_serializes() {
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
