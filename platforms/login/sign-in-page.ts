/** The form of the generated user; oauth2-proxy's own page has a button for a provider that there is not. */

/** A template of Go's `html/template`; the fields are oauth2-proxy's. */
export const signInPage = `{{define "sign_in.html"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in</title>
<style>
body { font: 1rem sans-serif; display: grid; place-content: center; min-height: 100vh; margin: 0 }
form { display: grid; gap: .75rem; width: 16rem }
label, input, button { font: inherit }
input, button { box-sizing: border-box; width: 100%; padding: .5rem }
</style>
</head>
<body>
<form method="POST" action="{{.ProxyPrefix}}/sign_in">
<input type="hidden" name="rd" value="{{.Redirect}}">
{{ if eq .StatusCode 400 401 }}<p role="alert">User or password is wrong.</p>{{ end }}
<label>User <input name="username" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>
</body>
</html>
{{end}}
`;
