package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "ssl.keystore.password",
        "ssl.keystore.key",
        "sasl.oauthbearer.client.credentials.client.secret",
        "my.api.Token",
        "ssl.private.pem",
        "http.keys[0].sha256"
      })
  void aValueWhoseNameSaysSecretIsHidden(String key) {
    assertEquals("(hidden)", Secrets.shown(key, "geheim"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootstrap.servers", "ssl.keystore.location", "client.id"})
  void otherValuesAreShown(String key) {
    assertEquals("plain", Secrets.shown(key, "plain"));
  }
}
