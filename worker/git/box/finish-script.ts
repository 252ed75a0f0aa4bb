/**
 * Chooses what the branch ends at. Start is HEAD where it goes on from the run's branch. Where HEAD is behind or beside
 * the branch, it is the branch, and the files of that other place do not count. Where HEAD has lost the base's
 * history, the files count, on top of branch or base. Files that differ from the start are committed on top of it, in
 * the store, by plumbing: no hook of the repository runs, and a half-done merge or rebase does not matter.
 */
export const FINISH = `
bring "refs/heads/$BRANCH" refs/pihordev/tip
TIP=$(own rev-parse -q --verify 'refs/pihordev/tip^{commit}' || true)
on_base() { [ -n "$1" ] && { [ -z "$COMMIT" ] || own merge-base --is-ancestor "$COMMIT" "$1"; }; }
before() { own merge-base --is-ancestor "$1" "$2"; }
on_base "$TIP" || TIP=
ALSO_FILES=yes
if on_base "$HEAD" && { [ -z "$TIP" ] || before "$TIP" "$HEAD"; }; then START=$HEAD
elif on_base "$HEAD"; then
  START=$TIP
  ALSO_FILES=
  before "$HEAD" "$TIP" || say "Commits on another branch than $BRANCH were left out."
else
  START=\${TIP:-$COMMIT}
  [ -z "$COMMIT" ] || say 'The agent left the history of the base branch. Its files were committed on top of it.'
fi
snapshot "\${HEAD:-$COMMIT}"
EMPTY_TREE=$(own hash-object -w -t tree /dev/null)
tree_of() { if [ -n "$1" ]; then own rev-parse "$1^{tree}"; else printf '%s\\n' "$EMPTY_TREE"; fi; }
FINAL=$START
if [ -n "$ALSO_FILES" ]; then
  if [ "$TREE" != "$(tree_of "$START")" ]; then
    FINAL=$(own commit-tree "$TREE" \${START:+-p "$START"} -m "$MESSAGE")
  fi
elif [ "$TREE" != "$(tree_of "$HEAD")" ]; then
  say "Uncommitted changes on another branch than $BRANCH were left out."
fi
if [ -n "$FINAL" ]; then own update-ref refs/pihordev/final "$FINAL"; else own update-ref -d refs/pihordev/final; fi
# The agent's own clone is told, so that a later turn goes on from here. Its branch moves only forwards.
if [ -n "$FINAL" ] && [ "$FINAL" != "$HEAD" ] && [ "$START" = "$HEAD" ] &&
  [ "$(theirs symbolic-ref -q HEAD || true)" = "refs/heads/$BRANCH" ]; then
  { theirs fetch -q --no-tags --no-write-fetch-head "$STORE" refs/pihordev/final &&
    theirs update-ref "refs/heads/$BRANCH" "$FINAL" && theirs reset -q --mixed; } 2> /dev/null || true
fi
printf 'commit=%s\\ntree=%s\\nstart=%s\\n' "$FINAL" "$(tree_of "$FINAL")" "$START" > "$OUT/result"
`;

/** Leaves the branch as a bundle on top of the base; nothing when there is nothing on top of it. */
export const BUNDLE = `
mkdir -p "$OUT"
FINAL=$(own rev-parse -q --verify 'refs/pihordev/final^{commit}' || true)
if [ -n "$FINAL" ] && [ "$FINAL" != "$COMMIT" ]; then
  own update-ref "refs/heads/$BRANCH" "$FINAL"
  own bundle create -q "$OUT/bundle" "refs/heads/$BRANCH" \${COMMIT:+"^$COMMIT"}
  in_pieces "$OUT/bundle"
  printf 'commit=%s\\n' "$FINAL" > "$OUT/result"
fi
`;
