package io.weir.deploy.config;

import io.weir.api.access.ApiKey;
import io.weir.api.access.ApiKeys;
import io.weir.api.access.KeyHash;
import io.weir.api.access.Role;
import io.weir.api.access.SecuritySettings;
import io.weir.api.access.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Reads where the HTTP server listens, how it is protected, and what clients may use up. */
final class HttpReader {

  private final SettingReader reader;

  HttpReader(SettingReader reader) {
    this.reader = reader;
  }

  /** Returns the settings; nothing where one of them is wrong, which is noted. */
  Optional<HttpConfig> read() {
    Optional<String> host = reader.value(Settings.HTTP_HOST);
    Optional<Integer> port = reader.value(Settings.HTTP_PORT);
    Optional<Integer> connections = reader.value(Settings.HTTP_MAX_CONNECTIONS);
    Optional<Integer> perAddress = reader.value(Settings.HTTP_MAX_CONNECTIONS_PER_ADDRESS);
    boolean perAddressIsWrong =
        perAddress.isEmpty() && isGiven(Settings.HTTP_MAX_CONNECTIONS_PER_ADDRESS);
    Optional<Boolean> allowInsecure = reader.value(Settings.HTTP_ALLOW_INSECURE);
    Optional<SecuritySettings> security = security();
    Optional<WatchConfig> watch = watch();
    Optional<QdrantConfig> qdrant = qdrant();
    if (host.isEmpty()
        || port.isEmpty()
        || connections.isEmpty()
        || perAddressIsWrong
        || allowInsecure.isEmpty()
        || security.isEmpty()
        || watch.isEmpty()
        || qdrant.isEmpty()) {
      return Optional.empty();
    }
    if (!allowInsecure.get()
        && !HttpConfig.isLoopback(host.get())
        && !HttpConfig.isProtected(security.get())) {
      reader
          .settings()
          .text(Settings.HTTP_HOST.key())
          .ifPresent(text ->
              reader.noteBad(Settings.HTTP_HOST.key(), text, HttpConfig.danger(security.get())));
      return Optional.empty();
    }
    return Optional.of(
        new HttpConfig(
            host.get(),
            port.get(),
            connections.get(),
            perAddress.orElseGet(() -> HttpConfig.usualPerAddress(connections.get(), watch.get())),
            security.get(),
            allowInsecure.get(),
            watch.get(),
            qdrant.get()));
  }

  private Optional<WatchConfig> watch() {
    Optional<Integer> watchers = reader.value(Settings.WATCH_WATCHERS);
    Optional<Integer> maxLag = reader.value(Settings.WATCH_MAX_LAG);
    Optional<Duration> resume = reader.value(Settings.WATCH_RESUME);
    return watchers.isEmpty() || maxLag.isEmpty() || resume.isEmpty()
        ? Optional.empty()
        : Optional.of(new WatchConfig(watchers.get(), maxLag.get(), resume.get()));
  }

  private Optional<QdrantConfig> qdrant() {
    Optional<Boolean> enabled = reader.value(Settings.QDRANT_ENABLED);
    Optional<QdrantConfig.IdMode> ids = reader.value(Settings.QDRANT_ID_MODE);
    return enabled.isEmpty() || ids.isEmpty()
        ? Optional.empty()
        : Optional.of(new QdrantConfig(enabled.get(), ids.get()));
  }

  private Optional<SecuritySettings> security() {
    Optional<List<ApiKey>> keys = keys();
    Optional<Path> file = reader.value(Settings.HTTP_KEYS_FILE);
    Optional<Integer> rate = reader.value(Settings.HTTP_KEY_RATE);
    Optional<Boolean> openMetrics = reader.value(Settings.HTTP_OPEN_METRICS);
    Optional<TlsFiles> tls = tls();
    boolean tlsIsWrong =
        tls.isEmpty()
            && (isGiven(Settings.HTTP_TLS_CERTIFICATE)
                || isGiven(Settings.HTTP_TLS_KEY)
                || isGiven(Settings.HTTP_TLS_CLIENT_AUTHORITIES));
    if (keys.isEmpty() || rate.isEmpty() || openMetrics.isEmpty() || tlsIsWrong) {
      return Optional.empty();
    }
    if (keys.get().isEmpty() && file.isEmpty()) {
      noteWithoutKeys(Settings.HTTP_KEY_RATE);
      noteWithoutKeys(Settings.HTTP_OPEN_METRICS);
    }
    return Optional.of(
        new SecuritySettings(
            keys.get(),
            file,
            rate.get(),
            openMetrics.get(),
            tls,
            SecuritySettings.none().reloadInterval()));
  }

  private void noteWithoutKeys(Setting<?> setting) {
    String key = setting.key();
    reader
        .settings()
        .text(key)
        .ifPresent(text ->
            reader.noteBad(
                key, text, "; allowed: only with " + Settings.HTTP_KEYS + " or http.keys-file"));
  }

  private Optional<List<ApiKey>> keys() {
    SortedSet<Integer> indices = reader.settings().indices(Settings.HTTP_KEYS);
    if (!indices.isEmpty() && indices.last() >= indices.size()) {
      reader.note(
          Settings.HTTP_KEYS
              + " has an entry "
              + indices.last()
              + " but only "
              + indices.size()
              + " entries; allowed: indices without a gap, from 0");
      return Optional.empty();
    }
    List<ApiKey> keys = new ArrayList<>();
    for (int index : indices) {
      key(index).ifPresent(keys::add);
    }
    if (keys.size() < indices.size()) {
      return Optional.empty();
    }
    try {
      var _ = new ApiKeys(keys);
      return Optional.of(keys);
    } catch (IllegalArgumentException contradiction) {
      reader.note(Settings.HTTP_KEYS + ": " + contradiction.getMessage());
      return Optional.empty();
    }
  }

  private Optional<ApiKey> key(int index) {
    Optional<String> name = reader.value(Settings.HTTP_KEY_NAME.at(index));
    Optional<KeyHash> hash = reader.value(Settings.HTTP_KEY_SHA256.at(index));
    Optional<Role> role = reader.value(Settings.HTTP_KEY_ROLE.at(index));
    Setting<Instant> expires = Settings.HTTP_KEY_EXPIRES.at(index);
    Optional<Instant> time = reader.value(expires);
    boolean timeIsWrong = time.isEmpty() && isGiven(expires);
    return name.isEmpty() || hash.isEmpty() || role.isEmpty() || timeIsWrong
        ? Optional.empty()
        : Optional.of(new ApiKey(name.get(), hash.get(), role.get(), time));
  }

  /** Two files, or none; what is missing beside others is noted. */
  private Optional<TlsFiles> tls() {
    Optional<Path> certificate = reader.value(Settings.HTTP_TLS_CERTIFICATE);
    Optional<Path> key = reader.value(Settings.HTTP_TLS_KEY);
    Optional<Path> authorities = reader.value(Settings.HTTP_TLS_CLIENT_AUTHORITIES);
    if (certificate.isPresent() && key.isPresent()) {
      return Optional.of(new TlsFiles(certificate.get(), key.get(), authorities));
    }
    if (certificate.isPresent() || key.isPresent() || authorities.isPresent()) {
      noteMissing(Settings.HTTP_TLS_CERTIFICATE);
      noteMissing(Settings.HTTP_TLS_KEY);
    }
    return Optional.empty();
  }

  private boolean isGiven(Setting<?> setting) {
    return reader.settings().text(setting.key()).isPresent();
  }

  private void noteMissing(Setting<Path> setting) {
    if (!isGiven(setting)) {
      reader.noteMissing(
          setting.key(),
          reader.wayToSet() + " or as " + EnvironmentVariables.nameOf(setting.key()),
          setting.allowed());
    }
  }
}
