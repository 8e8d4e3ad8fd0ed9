package io.weir.deploy.config;

import io.weir.ingest.RecordFormat;
import io.weir.ingest.decode.JsonFieldReader;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the fields that a collection declares: a section of names and types, or one text of them,
 * {@code lang: keyword, year: long}, which goes before the section.
 */
final class FieldsReader {

  /** Headers, which are the payload of this format, are texts. */
  private static final Set<FieldType> TEXTS = EnumSet.of(FieldType.KEYWORD, FieldType.TIMESTAMP);

  private final SettingReader reader;
  private final String key;

  /** Reads the fields of a collection. */
  FieldsReader(SettingReader reader, int collection) {
    this.reader = reader;
    this.key = Settings.COLLECTION_FIELDS.at(collection).key();
  }

  /** Returns the fields that are right by themselves and go together; all else is noted. */
  List<Field> read(Optional<RecordFormat> format) {
    List<Field> fields = new ArrayList<>();
    typesByName().forEach((name, type) -> field(name, type, format).ifPresent(fields::add));
    if (fields.size() > DeclaredFields.MAX_FIELDS) {
      reader.note(
          key
              + " has "
              + fields.size()
              + " fields; allowed: at most "
              + DeclaredFields.MAX_FIELDS
              + " in a collection");
      return List.of();
    }
    try {
      var _ = new JsonFieldReader(fields);
      return fields;
    } catch (IllegalArgumentException contradiction) {
      reader.note(key + ": " + contradiction.getMessage());
      return List.of();
    }
  }

  private Map<String, LayeredSettings.Text> typesByName() {
    Optional<LayeredSettings.Text> whole = reader.settings().text(key);
    if (whole.isPresent()) {
      return ofText(whole.get());
    }
    Map<String, LayeredSettings.Text> types = new LinkedHashMap<>();
    for (String name : reader.settings().namesBelow(key)) {
      reader
          .settings()
          .text(key + "." + name)
          .ifPresentOrElse(type -> types.put(name, type), () -> noteLost(name));
    }
    return types;
  }

  /** Of two sections with the same name the reader of values knows the second only. */
  private void noteLost(String name) {
    reader.note(
        key + "." + name + " is not read, as a part of its name is given twice; give it once");
  }

  private Map<String, LayeredSettings.Text> ofText(LayeredSettings.Text whole) {
    Map<String, LayeredSettings.Text> types = new LinkedHashMap<>();
    for (String one : whole.text().split(",", -1)) {
      int colon = one.lastIndexOf(':');
      String name = colon < 0 ? "" : one.substring(0, colon).strip();
      if (name.isEmpty()) {
        reader.noteBad(key, whole, "; allowed: " + Settings.COLLECTION_FIELDS.allowed());
        return Map.of();
      }
      LayeredSettings.Text type =
          new LayeredSettings.Text(one.substring(colon + 1).strip(), whole.place());
      if (types.put(name, type) != null) {
        reader.noteBad(key, whole, ", which has " + name + " twice; allowed: each field once");
      }
    }
    return types;
  }

  private Optional<Field> field(
      String name, LayeredSettings.Text text, Optional<RecordFormat> format) {
    String nameKey = key + "." + name;
    Optional<FieldType> type =
        Arrays.stream(FieldType.values()).filter(one -> one.text().equals(text.text())).findFirst();
    if (type.isEmpty()) {
      List<String> types = Arrays.stream(FieldType.values()).map(FieldType::text).toList();
      String meant =
          Suggestion.of(text.text(), types).map(one -> "; did you mean " + one + "?").orElse("");
      reader.noteBad(nameKey, text, meant + "; allowed: " + Settings.FIELD_TYPES);
      return Optional.empty();
    }
    if (format.equals(Optional.of(RecordFormat.FLOAT32)) && !TEXTS.contains(type.get())) {
      reader.noteBad(
          nameKey,
          text,
          "; allowed with format float32, whose payloads are headers and so texts: keyword or"
              + " timestamp");
      return Optional.empty();
    }
    try {
      return Optional.of(new Field(name, type.get()));
    } catch (IllegalArgumentException badName) {
      reader.note(nameKey + " (" + text.place() + "): " + badName.getMessage());
      return Optional.empty();
    }
  }
}
