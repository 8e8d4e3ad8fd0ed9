package io.weir.ingest.decode;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where declared fields are in a payload's object: a tree of the names of properties.
 *
 * <p>A field's name is cut at its dots; each piece is a property of the object that the piece
 * before leads to. A name with dots is a property of the outermost object as a whole, too.
 */
final class FieldPaths {
  private final Node root = new Node(new byte[0]);

  /**
   * Makes the tree.
   *
   * @param fields at most {@link DeclaredFields#MAX_FIELDS}
   * @throws IllegalArgumentException if a field is declared twice, or is within another, whose
   *     values would have to be an object and something else at once
   */
  FieldPaths(List<Field> fields) {
    for (int field = 0; field < fields.size(); field++) {
      add(field, fields.get(field).name(), fields);
    }
    for (int field = 0; field < fields.size(); field++) {
      String name = fields.get(field).name();
      if (name.indexOf('.') >= 0) {
        Node whole = root.childFor(utf8(name));
        whole.field = field;
        whole.literal = true;
      }
    }
  }

  private void add(int field, String name, List<Field> fields) {
    Node at = root;
    for (String piece : name.split("\\.", -1)) {
      at = at.childFor(utf8(piece));
      if (at.field >= 0) {
        throw conflict(name, fields.get(at.field).name());
      }
      at.below |= 1L << field;
    }
    if (!at.children.isEmpty()) {
      int within = Long.numberOfTrailingZeros(at.below & ~(1L << field));
      throw conflict(fields.get(within).name(), name);
    }
    at.field = field;
  }

  private static IllegalArgumentException conflict(String name, String around) {
    return new IllegalArgumentException(
        name.equals(around)
            ? "the field " + name + " is declared twice"
            : "the field "
                + name
                + " is within the field "
                + around
                + ", whose values are no objects; declare one of them");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The outermost object. */
  Node root() {
    return root;
  }

  /** A property. Does not change once the tree is made. */
  static final class Node {
    private final byte[] name;
    private final List<Node> children = new ArrayList<>();
    private int field = -1;
    private boolean literal;
    private long below;

    private Node(byte[] name) {
      this.name = name;
    }

    private Node childFor(byte[] childName) {
      Node found = child(childName, 0, childName.length);
      if (found == null) {
        found = new Node(childName);
        children.add(found);
      }
      return found;
    }

    /** Returns the property of this object with the name in {@code [from, to)}, if it matters. */
    @Nullable Node child(byte[] text, int from, int to) {
      for (int i = 0; i < children.size(); i++) {
        Node child = children.get(i);
        if (child.name.length == to - from
            && Arrays.equals(child.name, 0, child.name.length, text, from, to)) {
          return child;
        }
      }
      return null;
    }

    /** The number of the field whose values it has; -1 if it can only be an object. */
    int field() {
      return field;
    }

    /** Whether its name is the whole name of its field, dots and all. */
    boolean literal() {
      return literal;
    }

    /** A bit for each field that is found through it, piece by piece. */
    long below() {
      return below;
    }
  }
}
