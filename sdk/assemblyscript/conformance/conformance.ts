// What every SDK must do alike, sdk/conformance/README.md: a check for each part of it, in its order.
import "./fields";
import "./results";
import "./settings";
import "./host";
import "./faults";
