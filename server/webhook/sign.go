package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"assay/rules"
)

// The headers of the Standard Webhooks specification.
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

const (
	madeSecretBytes = 32
	// rotation is how long a replaced secret still signs, beside the new one, so
	// that receivers can be changed one after another.
	rotation = 24 * time.Hour
)

// newSecret makes a secret.
func newSecret() string {
	raw := make([]byte, madeSecretBytes)
	rand.Read(raw) // never fails: crypto/rand ends the program instead
	return rules.SecretPrefix + base64.StdEncoding.EncodeToString(raw)
}

// Sign returns the value of webhook-signature: one signature for each secret,
// "v1," and the base64 of HMAC-SHA256 over id.timestamp.body, parted by spaces.
func Sign(secrets []string, id string, at time.Time, body []byte) string {
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, rules.SecretPrefix)) // checked when it was applied
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signatures, " ")
}
