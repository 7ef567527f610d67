# Other programs and their tokens.

token-title = Tokens for programs
token-lead = With a token, another program uses the interface in your name, for instance to compare files. Keep it like a password; changing your password does not revoke it.
token-fresh = Here is the token. It is shown this once: copy it now.
token-made = Made { $date }
token-used = Last used { $date }
token-never-used = Never used
token-ends = Ends { $date }
token-ended = Ended
token-never-ends = Never ends
token-delete = Revoke
token-delete-label = Revoke the token “{ $name }”
token-name = Name
token-name-hint = Where it is used, so that you recognise it later.
token-days = Good for
token-days-count = { $count } days
token-days-none = No end
token-make = Make a token
token-bad-name = A name has 1 to { $count } characters.
token-too-many = There can be { $count } tokens. Please revoke one that you do not use.

error-token = The token is missing or not good.
error-token-help = Send a token made on the account page in the Authorization header; it may have been revoked or have ended.
error-media-type = This kind of body is not read here.
error-media-type-help = Send a file as a form, plain text, or JSON.
